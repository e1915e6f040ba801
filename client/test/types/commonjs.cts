// The same package from CommonJS.
import thunderpush = require("thunderpush");

const thunder = new thunderpush.Thunder<{ news: string }>({ key: "public" });
thunder.channel("news").on("message", (payload) => payload.trim());
// @ts-expect-error: no such export
thunderpush.default;
