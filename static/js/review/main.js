// The entry point of stage and grid: one script for both, because they share most of it.
import { openGrid } from "../grid/open.js";
import { openStage } from "./open.js";

if (document.getElementById("grid-page")) openGrid();
else openStage();
