// The plain script: `Thunder` is a class and, at the same time, the one object
// of the client for the Python server.
import { legacyThunder } from "./legacy";
import { Thunder } from "./thunder";

(globalThis as { Thunder?: unknown }).Thunder = legacyThunder(Thunder);
