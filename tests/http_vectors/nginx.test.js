// Each vector behind nginx, as it comes and with what it is told not to mind.
import { testBehind } from "./support/behind.js";

testBehind("nginx");
testBehind("nginx, unbuffered, any field");
