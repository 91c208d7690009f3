// The page's base size in pixels, which a very large screen raises: asked anew when the window has changed.
let known = 0;
addEventListener("resize", () => (known = 0));

/** What was drawn for a screen of ordinary size, times this. */
export const rem = () => (known ||= parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
