/**
 * The part of an adblock line that says which names it is for (AdGuard DNS filtering syntax, "special characters").
 *
 * ```
 *  example.org   |example.org^       the name alone          ||example.org^  .example.org   it and all below
 *  *.example.org ||*.example.org^    all below it            |ads. tracker.|  ex*ample.org  a regular expression
 *  192.0.2.7  ||192.0.2.7^  192.0.2.0/24  192.0.2.*          addresses in answers
 *  *  ||*^  (nothing)  ||.^                                  every name; the last also without a restriction
 * ```
 */
import type { MatchKind } from '../contract/rules.ts'
import { parseDomainName } from '../dns/domain-name.ts'
import { formatPrefix, parsePrefix } from '../dns/ip-address.ts'
import { isNullAddress } from './hosts-table.ts'
import type { Dialect } from './line-outcome.ts'

export interface Names {
  readonly match: MatchKind
  readonly pattern: string
  /** Said with `*`: most often a mistake, unless something narrows it. */
  readonly isForAll?: boolean
}

export const isRegex = (body: string): boolean => body.length > 1 && body.startsWith('/') && body.endsWith('/')

/** Without the anchors around an address. */
export const stripAnchors = (body: string): string => /^\|{0,2}\[?(.*?)\]?(?:\^\|?|\|)?$/.exec(body)?.[1] ?? body

/** What the text matches, or a reason. */
export function parseNames(text: string, dialect: Dialect): Names | string {
  if (isRegex(text)) return { match: 'regex', pattern: text.slice(1, -1) }
  // What stands behind a host name's slash says nothing more (AdGuard: `example.org/*` is `example.org^`).
  const body = text.replace(/\/\*$/, '^').replace(/\^\*+$/, '^')
  const fault = faultOfBody(body)
  if (fault !== undefined) return fault
  // Stars and dots alone: `*.` and `*.*` too are for all names there are.
  if (/^\|{0,2}\^?\|?$|^[|.^]*\*[|.*^]*$/.test(body)) return { match: 'suffix', pattern: '.', isForAll: true }
  if (body === '||.^') return { match: 'suffix', pattern: '.' }
  const addresses = parseAddresses(body, dialect)
  if (addresses !== undefined) return addresses
  const match = /^(\|\|)?(\*\.|\.)?(.*?)(\^\|?|\|)?$/u.exec(body)!
  const [, anchor = '', below = '', name = '', end = ''] = match
  const canonical = parseDomainName(name)
  // Without an anchor on the left, an end mark says that names must end so: `ample.org^` matches example.org. A final dot
  // without an end mark says that more labels follow.
  const isAnchored =
    (anchor !== '' || below !== '' || end === '') && !(anchor !== '' && end === '' && name.endsWith('.'))
  // What is a whole name but for its labels' lengths or dots is none; as a pattern it could match nothing.
  if (!canonical.ok && anchor !== '' && end !== '' && /^[\w.-]+$/.test(name)) return canonical.error
  if (canonical.ok && isAnchored) return { match: simpleMatch(anchor, below, dialect), pattern: canonical.value }
  const exact = /^\|([^|*]*[^|*^])(?:\^\|?|\|)$/.exec(body)?.[1]
  if (exact !== undefined) {
    const exactName = parseDomainName(exact)
    return exactName.ok ? { match: 'exact', pattern: exactName.value } : exactName.error
  }
  return /[|*^]/.test(body) ? wildcardNames(body) : canonical.ok ? 'not a name' : canonical.error
}

function faultOfBody(body: string): string | undefined {
  if (/\s/.test(body))
    return /[|^*]/.test(body)
      ? 'a space is not allowed in a pattern: write one rule a line'
      : 'the line has several words, and the first is not an IP address'
  const dots = body === '||.^' ? null : /^\|{0,2}\.(\.|[\^|]*$)/.exec(body)
  if (dots === null) return undefined
  return dots[1] === '.' ? 'the name has an empty label' : 'a dot alone is no name: ||.^ is for every name'
}

function parseAddresses(body: string, dialect: Dialect): Names | string | undefined {
  const inner = stripAnchors(body)
  const prefix = parsePrefix(inner) ?? parseOctetWildcard(/^\|{1,2}[\d.]+\.$/.test(body) ? `${inner}*` : inner)
  if (prefix === undefined) return undefined
  if (dialect === 'hosts' && isNullAddress(body)) return 'no name stands behind the address'
  return { match: 'address', pattern: formatPrefix(prefix) }
}

/** `192.0.2.*`, `|192.0.2.`: the octets that are said. */
function parseOctetWildcard(text: string): ReturnType<typeof parsePrefix> {
  const octets = /^((?:\d{1,3}\.){1,3})\*$/.exec(text)?.[1]?.slice(0, -1).split('.')
  return octets && parsePrefix(`${[...octets, '0', '0', '0'].slice(0, 4).join('.')}/${octets.length * 8}`)
}

function simpleMatch(anchor: string, below: string, dialect: Dialect): 'exact' | 'suffix' | 'subdomains' {
  if (below === '*.') return dialect === 'wildcard' && anchor === '' ? 'suffix' : 'subdomains'
  return anchor === '' && below === '' ? 'exact' : 'suffix'
}

/** An adblock pattern with other anchors or with `*` inside, as a regular expression on the name. */
function wildcardNames(body: string): Names | string {
  const [, start = '', middle = '', end = ''] = /^(\|{0,2})(.*?)(\^\|?|\|)?$/.exec(body) ?? []
  if (!/^[a-z0-9_.*-]+$/i.test(middle)) return `'${body.slice(0, 60)}' is not a name or a pattern`
  const opening = start === '||' ? '^(?:.*\\.)?' : start === '|' ? '^' : ''
  const inner = middle
    .toLowerCase()
    .replace(/\*+/g, '*')
    .replace(/[.*]/g, (sign) => (sign === '*' ? '.*' : '\\.'))
  return { match: 'regex', pattern: `${opening}${inner}${end === '' ? '' : '$'}` }
}
