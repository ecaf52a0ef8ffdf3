/** The class of a plain name in a list version: what the line does and how it matches, in one small number. */

/**
 * ```
 *  bit  3         2..1               0
 *      important  0 exact            0 block
 *                 1 suffix           1 allow
 *                 2 subdomains
 * ```
 */
export type NameClass = number

export type NameMatch = 'exact' | 'suffix' | 'subdomains'
const MATCHES: readonly NameMatch[] = ['exact', 'suffix', 'subdomains']

export const NAME_CLASS_COUNT = 16

export const nameClass = (action: 'block' | 'allow', match: NameMatch, important: boolean): NameClass =>
  (action === 'allow' ? 1 : 0) | (MATCHES.indexOf(match) << 1) | (important ? 8 : 0)

export const isAllowClass = (value: NameClass): boolean => (value & 1) === 1
export const isImportantClass = (value: NameClass): boolean => (value & 8) !== 0
/** @throws RangeError for a number that no class has */
export function matchOfClass(value: NameClass): NameMatch {
  const match = MATCHES[(value >> 1) & 3]
  if (match === undefined || value < 0 || value >= NAME_CLASS_COUNT) throw new RangeError(`no name class ${value}`)
  return match
}
