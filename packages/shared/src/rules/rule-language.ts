/**
 * The rule language: one line of text ↔ one rule. `parse-line.ts` reads it, `format-rule.ts` writes it.
 *
 * Lines in the forms of hosts files, plain and wildcard lists, adblock, dnsmasq, Unbound and RPZ are understood wherever
 * they stand; the dialect decides only what would be ambiguous (last table).
 *
 * ```
 *  names            | matches
 * ------------------+------------------------------------------------------------------------------------------
 *  example.org      | that name alone (exact); |example.org^ says the same where modifiers follow
 *  ||example.org^   | the name and everything below it (suffix); the ^ may be missing
 *  *.example.org    | everything below it, not the name (subdomains); *.example.org^, ||*.example.org^ alike
 *  /ads?[0-9]/      | names in which the regular expression is found, without case (RE2 syntax)
 *  |ads. tracker.|  | adblock patterns with other anchors or with * inside become regular expressions
 *  ex-*.example.org |
 *
 *  lines                               | rule                                                          | from
 * -------------------------------------+---------------------------------------------------------------+---------
 *  NAMES                               | block                                                         | adblock
 *  @@NAMES                             | allow                                                         | adblock
 *  NAMES$modifier,modifier=value       | with what the modifiers below say                             | adblock
 *  0.0.0.0 a.example b.example         | block each name alone; also 127.*, ::, ::1                    | hosts
 *  192.0.2.1 a.example                 | local answer (own rules); block (lists)                       | hosts
 *  address=/a.example/  local=/…/  server=/…/     | block the name and all below it                    | dnsmasq
 *  address=/a.example/192.0.2.1        | local answer for the name and all below it; block for 0.0.0.0, ::, # | dnsmasq
 *  server=/a.example/192.0.2.53#5300   | forward the name and all below it                             | dnsmasq
 *  [/a.example/*.b.example/]192.0.2.53 tls://… | forward, to one or several servers                    | AdGuard
 *  cname=old.example,new.example[,TTL] | alias (exact), one for each name but the last                 | dnsmasq
 *  alias=192.0.2.0/24,198.51.100.0/24  | IP rewrite; dnsmasq's third field, a mask, is read too        | dnsmasq
 *  local-zone: "a.example." always_nxdomain    | block the name and all below it; always_transparent: allow | Unbound
 *  local-data: "a.example. A 192.0.2.1"        | as the hosts line                                     | Unbound
 *  a.example CNAME .   *.a.example CNAME .     | block; rpz-passthru.: allow; rpz-drop.: block, no answer | RPZ
 *
 *  modifier                   | meaning
 * ----------------------------+------------------------------------------------------------------------------------
 *  important                  | stands above rules without it
 *  dnstype=A|AAAA             | only for these query types
 *  dnsrewrite=NXDOMAIN        | block with that answer; also REFUSED, NOERROR (NODATA), and the form NXDOMAIN;;
 *  dnsrewrite=192.0.2.1|2001:db8::1    | local answer; also NOERROR;A;192.0.2.1. Several with | are Weir's own
 *  dnsrewrite=new.example     | alias, on an exact name; also NOERROR;CNAME;new.example
 *  Weir's own, for what the others lack (values percent-encoded where they hold , | % or space):
 *  answer=null|nxdomain|nodata|refused|drop|addresses    block with that answer (one of them)
 *  ipv4=…|… ipv6=…|… txt=… mx=…    parts of a block answer
 *  forward=server|server      | forward
 *  alias=new.example          | alias; on ||name^ labels below the name are kept
 *  ttl=300  groups=1|2        | TTL of answers in seconds; only for the groups with these ids
 *  shadow                     | only records what it would do
 *
 *  Comments: lines that begin with ! or #, with ; in RPZ; ` # …` behind hosts lines and names. Cosmetic and URL rules (##, paths,
 *  $third-party and other modifiers of browsers) are "not for DNS": counted, no error. A rule with any other modifier
 *  (badfilter, client, ctag, denyallow, unknown ones) or a negated type is rejected whole: half of a rule is a wrong rule.
 *
 *  ambiguous line             | own        hosts, names, adblock, …    wildcard
 * ----------------------------+----------------------------------------------------
 *  *.example.org              | below it   below it                    the name too
 *  192.0.2.1 a.example        | local      block                       block
 * ```
 * Sources: AdGuard DNS filtering syntax, https://adguard-dns.io/kb/general/dns-filtering-syntax; dnsmasq(8); unbound.conf(5);
 * draft-vixie-dnsop-dns-rpz-00; RFC 952 hosts tables as hosts(5) has them.
 */

/** Longer lines are rejected unread: no rule needs them, and they would cost time. */
export const MAX_LINE_CHARACTERS = 4096

/** Escapes what would end a modifier's value early. */
export const encodeValue = (value: string): string => value.replace(/[^\x21-\x7e]|[%,|$#/\\]/gu, encodeURIComponent)

/** Like `encodeValue`, but leaves slashes and dollars alone where the value is a URL: `forward` never follows a regex. */
export const encodeServer = (value: string): string => value.replace(/[%,|\s]/g, encodeURIComponent)

/** Records keep their spaces, quotes and slashes; `|` stands between several of them. */
export const encodeRecords = (value: string): string =>
  value
    .replace(/[%,$#\\]|[^\x20-\x7e]/gu, encodeURIComponent)
    .replace(/(?<=[^|]) +$/, (spaces) => '%20'.repeat(spaces.length))

/** Names of clients with letters of any script and single spaces stay as they are; what else they hold is escaped. */
export const encodeClient = (value: string): string =>
  /^~?[\p{L}\p{N}_.:/-]+(?: [\p{L}\p{N}_.:-]+)*$/u.test(value) && !value.includes('/$')
    ? value
    : encodeAfterNegation(value)

const encodeAfterNegation = (value: string): string =>
  value.startsWith('~') ? `~${encodeQuotes(value.slice(1))}` : encodeQuotes(value)

const encodeQuotes = (value: string): string => encodeValue(value).replaceAll('"', '%22').replaceAll("'", '%27')

/** The value as it was, or undefined when its escapes are broken. */
export function decodeValue(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
