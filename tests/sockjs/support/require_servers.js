// Says what is missing before 200 tests do.
import { binaryPath } from "../../blackbox/support/binary.js";
import { testServerPath } from "./test_server.js";

try {
  binaryPath();
  testServerPath();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
