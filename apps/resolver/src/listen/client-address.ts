/** Turns the address text that Node's sockets give into the 16 octets that policy works with. */
import { parseAddress, writeMapped } from '@weir/shared/dns/ip-address'

const DOT = 0x2e
const ZERO = 0x30

/**
 * Writes `text` to `out` in network order, IPv4 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2). Allocates nothing for IPv4.
 * @param text as `rinfo.address` or `socket.remoteAddress` have it; a zone (`fe80::1%eth0`) is ignored
 * @param out 16 octets; all zero when `text` is no address
 */
export function writeClientAddress(text: string, out: Uint8Array): void {
  if (writeDotted(text, out)) return
  const zone = text.indexOf('%')
  const address = parseAddress(zone < 0 ? text : text.slice(0, zone))
  if (address) writeMapped(address, out)
  else out.fill(0)
}

/** @returns false when there is anything but digits and three dots; `text` comes from the system, so that is IPv6 */
function writeDotted(text: string, out: Uint8Array): boolean {
  if (text.length > 15) return false
  let octet = 0
  let position = 12
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (character === DOT) {
      out[position++] = octet
      octet = 0
    } else if (character >= ZERO && character <= ZERO + 9) octet = octet * 10 + character - ZERO
    else return false
  }
  if (position !== 15) return false
  out[15] = octet
  out.fill(0, 0, 10)
  out[10] = 0xff
  out[11] = 0xff
  return true
}
