// Probabilities as people see them everywhere: whole numbers from 0 to 1000.

/** @param {{probability?: number | null}} said @returns {number | null} null where the machine gave no probability */
export const scoreOf = ({ probability }) => (typeof probability === "number" ? Math.round(probability * 1000) : null);
