import { statements as section1 } from "./section_1.js";
import { statements as section2 } from "./section_2.js";
import { statements as section3 } from "./section_3.js";
import { statements as section4 } from "./section_4.js";
import { statements as encoding } from "./section_5_encoding.js";
import { statements as life } from "./section_5_life.js";
import { statements as receive } from "./section_6_receive.js";
import { statements as send } from "./section_6_send.js";
import { statements as section7 } from "./section_7.js";
import { statements as section8 } from "./section_8.js";
import { statements as section9 } from "./section_9.js";
import { statements as section10 } from "./section_10.js";

/// Every statement of sockjs.md that can be observed, in its order.
export const TABLE = [
  ...section1,
  ...section2,
  ...section3,
  ...section4,
  ...encoding,
  ...life,
  ...receive,
  ...send,
  ...section7,
  ...section8,
  ...section9,
  ...section10,
];

/// How many statements each section has. One added there is added here first.
export const STATEMENT_COUNTS = {
  "1": 13,
  "2": 27,
  "3.1": 2,
  "3.2": 11,
  "3.3": 11,
  "4.1": 8,
  "4.2": 4,
  "4.3": 6,
  "4.4": 7,
  "5.1": 8,
  "5.2": 4,
  "5.3": 19,
  "5.4": 43,
  "6.1": 39,
  "6.2": 8,
  "6.3": 15,
  "6.4": 6,
  "6.5": 4,
  "6.6": 8,
  "6.7": 17,
  "6.8": 18,
  "7": 40,
  "7 raw": 18,
  "8": 30,
  "9": 11,
  "10": 11,
};
