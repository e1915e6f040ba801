// Each vector behind haproxy, as it comes and with what it is told not to mind.
import { testBehind } from "./support/behind.js";

testBehind("haproxy");
testBehind("haproxy, lenient");
