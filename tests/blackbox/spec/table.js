import { rows as section2 } from "./section_2.js";
import { rows as section3 } from "./section_3.js";
import { rows as section4 } from "./section_4.js";
import { rows as section5 } from "./section_5.js";
import { rows as section6 } from "./section_6.js";

/// Every row of the tables of thunderpush.md, sections 2 to 6, in their order.
/// Sentences and lists beside the tables that demand something are rows too
/// ("Limits", "Rules", "DELETE", "Behaviour").
export const TABLE = [...section2, ...section3, ...section4, ...section5, ...section6];

/// How many rows each table of the specification has. A row added there is
/// added here first.
export const ROW_COUNTS = {
  "§2 Requests": 7,
  "§2 Errors": 13,
  "§2 Headers": 10,
  "§2 Names": 10,
  "§3 Commands": 3,
  "§3 Cases": 17,
  "§3 Limits": 1,
  "§3 Close codes": 4,
  "§4 Elements": 2,
  "§4 Rules": 9,
  "§4 DELETE": 1,
  "§5 Service": 14,
  "§6 Options": 7,
  "§6 Behaviour": 7,
};
