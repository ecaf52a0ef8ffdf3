/** Looks at the beginning of a list: is it one at all, and in which format are its lines? */
import type { ListFormat } from '../contract/lists.ts'

/** As much as is looked at: some thousand lines, and what a parser holds back until the format is known. */
export const HEAD_OCTETS = 256 * 1024

export type KnownFormat = Exclude<ListFormat, 'auto'>

const MAGIC: readonly (readonly [octets: readonly number[], reason: string])[] = [
  [[0xff, 0xfe], 'it is encoded as UTF-16; a list must be UTF-8'],
  [[0xfe, 0xff], 'it is encoded as UTF-16; a list must be UTF-8'],
  [[0x1f, 0x8b], 'it is gzip data that was not announced as such'],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a ZIP archive'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is Zstandard data'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'it is XZ data'],
  [[0x42, 0x5a, 0x68, 0x39], 'it is bzip2 data'],
  [[0x25, 0x50, 0x44, 0x46], 'it is a PDF document'],
]

/** Why the content is no list, in words behind "the content is not a list: "; undefined when it may be one. */
export function refuseContent(head: Uint8Array): string | undefined {
  for (const [octets, reason] of MAGIC) if (octets.every((octet, i) => head[i] === octet)) return reason
  const zeros = head.reduce((count, octet) => count + (octet === 0 ? 1 : 0), 0)
  // Letters without accents are a zero and one other octet there.
  if (zeros > head.length / 4 && zeros < (head.length * 3) / 4) return 'it is encoded as UTF-16; a list must be UTF-8'
  if (zeros > 0) return 'it is binary data'
  const text = new TextDecoder().decode(head.subarray(0, 1024)).trimStart()
  if (/^<[!?a-z]/i.test(text)) return 'it is an HTML or XML page'
  if (/^\{\s*["}]/.test(text) || /^\[\s*[{"]/.test(text)) return 'it is JSON'
  return undefined
}

/** What a line looks like; the order is that of trying. */
const SHAPES: readonly (readonly [format: KnownFormat, pattern: RegExp])[] = [
  ['unbound', /^local-(?:zone|data)\s*:/i],
  ['dnsmasq', /^(?:address|local|server|cname)=/],
  ['rpz', /^\S{1,300}\s+(?:\d+\s+)?(?:IN\s+)?CNAME\s|^\$(?:TTL|ORIGIN)\b|\sSOA\s/i],
  ['hosts', /^(?:[\d.]{7,15}|[0-9a-f:]{0,39}:[0-9a-f:]{0,39})\s+\S/i],
  ['adblock', /^(?:\|\|?|@@|\/.*\/(?:\$.*)?$|\*\$|\[)|##|#@#|[\^$]/],
  ['wildcard', /^\*\./],
  ['names', /^[\p{L}\p{N}_.-]+\.?$/u],
]

/** `*.x` means the name too only where nearly every line is of that form (design section 3). */
const NEARLY_EVERY = 0.9
const MAX_LOOKED_AT = 512

/** The format of most lines; `names` when nothing is recognised. */
export function detectFormat(head: Uint8Array): KnownFormat {
  const counts = new Map<KnownFormat, number>()
  let total = 0
  const lines = new TextDecoder().decode(head).split(/\r\n?|\n/)
  // The last line of a part may be cut in the middle.
  if (head.length >= HEAD_OCTETS) lines.pop()
  for (const line of lines) {
    const text = line.slice(0, MAX_LOOKED_AT).trim()
    if (text === '' || /^[!;]|^#(?![#@?$%])/.test(text)) continue
    const format = SHAPES.find(([, pattern]) => pattern.test(text))?.[0]
    if (format === undefined) continue
    counts.set(format, (counts.get(format) ?? 0) + 1)
    total++
  }
  const wildcards = counts.get('wildcard') ?? 0
  if (wildcards > 0 && wildcards >= NEARLY_EVERY * total) return 'wildcard'
  // Wildcards among other lines are those of a zone, an adblock list or plain names: they do not decide.
  counts.delete('wildcard')
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'names'
}
