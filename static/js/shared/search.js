// The search for cases, beside the work: what is held here stays held.
import { config } from "./config.js";

export const search = () => window.open(config.urls.search, "_blank", "noopener");
