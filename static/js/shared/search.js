// The search for cases, in another tab: the cases leased to this one stay leased.
import { config } from "./config.js";

export const search = () => window.open(config.urls.search, "_blank", "noopener");
