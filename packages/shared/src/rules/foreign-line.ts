/**
 * Lines of programs that Weir does not read, and near misses of those that it does: what is told of them. Without this they would
 * be taken for URLs, or for names with an odd character.
 */
import { parseAddress } from '../dns/ip-address.ts'
import { endsAtType } from './zone-record.ts'

const NAMES_INSTEAD = 'write ||example.org^ for a name with all below it, |example.org^ for a name alone'

type Reason = (found: readonly string[]) => string

const FOREIGN: readonly (readonly [form: RegExp, reason: Reason])[] = [
  [/^([a-z][\w-]*):(?:\s.*)?$/i, ([, word]) => `'${word}:' begins an option of a configuration file, which is no rule`],
  [/^((?:domain|full|keyword|regexp|geosite|include):)\S+$/i, ([, word]) => `'${word}' is not read: ${NAMES_INSTEAD}`],
  [
    /^[-\s]*((?:DOMAIN|HOST)(?:-[A-Z]+)?|IP-CIDR6?)\s*,/i,
    ([, word]) => `'${word},' begins a rule of a proxy: ${NAMES_INSTEAD}`,
  ],
  [/^(\+\.)\S+$/, () => `'+.' is not read: ${NAMES_INSTEAD}`],
  [/^[\d.]+\.\d+\s*-\s*[\d.]+$/, () => 'a range of addresses is not read: write prefixes, such as 192.0.2.0/24'],
  [/^(\$[A-Z]+)(?:\s|$)/, ([, word]) => `'${word}' is not a directive of zone files`],
  [/^[\w.-]*\.[\w-]+(?:\s*[,;]\s*[\w.-]+)+[,;]?$/, () => 'several names stand on one line: write one a line'],
]

/** @returns why the line cannot be used; undefined where it may be a rule */
export function foreignReason(text: string): string | undefined {
  for (const [form, reason] of FOREIGN) {
    const found = form.exec(text)
    if (found) return reason(found.map((part) => part.slice(0, 40)))
  }
  const [first = '', ...others] = text.split(/\s+/)
  if (others.length === 0 || first.startsWith('|')) return undefined
  if (endsAtType(text)) return 'the line is read as a record: nothing stands behind its type'
  const isAddressLike = first.split(':').length > 2 && /^[\w:.]+$/.test(first) && parseAddress(first) === undefined
  return isAddressLike ? `'${first.slice(0, 60)}' is not an IP address` : undefined
}
