/// A header of version 1: a line.
export function line(source, { destination = source, ports = "56324 443" } = {}) {
  const family = source.includes(":") ? "TCP6" : "TCP4";
  return Buffer.from(`PROXY ${family} ${source} ${destination} ${ports}\r\n`);
}

export const UNKNOWN = Buffer.from("PROXY UNKNOWN\r\n");

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const COMMAND = { LOCAL: 0x20, PROXY: 0x21 };
const FAMILY = { none: 0x00, ipv4: 0x11, ipv6: 0x21, unix: 0x31 };

function ipv6Bytes(text) {
  const [before, behind] = text.split("::").map((part) => (part ? part.split(":") : []));
  const zeros = behind === undefined ? [] : Array(8 - before.length - behind.length).fill("0");
  const groups = [...before, ...zeros, ...(behind ?? [])];
  return Buffer.from(groups.flatMap((each) => [parseInt(each, 16) >> 8, parseInt(each, 16) & 255]));
}

function addressBytes(text) {
  return text.includes(":") ? ipv6Bytes(text) : Buffer.from(text.split(".").map(Number));
}

/// A header of version 2, from its parts.
export function binary({ command = "PROXY", family, body = Buffer.alloc(0), extensions = [] }) {
  const tlvs = extensions.map(([type, value]) => {
    const head = Buffer.from([type, 0, 0]);
    head.writeUInt16BE(value.length, 1);
    return Buffer.concat([head, Buffer.from(value)]);
  });
  const rest = Buffer.concat([body, ...tlvs]);
  const head = Buffer.from([COMMAND[command], FAMILY[family], 0, 0]);
  head.writeUInt16BE(rest.length, 2);
  return Buffer.concat([SIGNATURE, head, rest]);
}

/// One that tells the address of a client.
export function binaryOf(source, options = {}) {
  const address = addressBytes(source);
  const ports = Buffer.from([0xdc, 4, 1, 0xbb]);
  const family = address.length === 4 ? "ipv4" : "ipv6";
  return binary({ family, body: Buffer.concat([address, address, ports]), ...options });
}

export const LOCAL = binary({ command: "LOCAL", family: "none" });
