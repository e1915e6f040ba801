// Runs before the tests, so that a missing binary is one clear line and not a
// failure of every test.
import { binaryPath } from "./binary.js";

try {
  binaryPath();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
