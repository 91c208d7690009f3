// Posts a picture and prints the verdict: node smoke.mjs PICTURE, with SECOND_LOOK_URL and SECOND_LOOK_API_KEY.
import { readFileSync } from "node:fs";
import { Configuration, ImageApi } from "./secondlook/index.js";

const configuration = new Configuration({
  basePath: process.env.SECOND_LOOK_URL,
  accessToken: process.env.SECOND_LOOK_API_KEY,
});
const image = readFileSync(process.argv[2]).toString("base64");
const answer = await new ImageApi(configuration).checkImage({ checkImageCall: { image, labels: ["all"], appId: "web" } });
console.log(answer.decision ?? `${answer.code}: ${answer.message}`);
