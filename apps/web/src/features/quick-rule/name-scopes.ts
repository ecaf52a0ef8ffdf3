/** How wide a rule made from one name may be: the name, or it and all below it, or the same for a parent. */
import { middleTruncate } from '../../lib/middle-truncate.ts'

/** What a select shows on a phone. */
const SHORT_CHARACTERS = 22

export interface NameScope {
  readonly match: 'exact' | 'suffix'
  readonly pattern: string
  readonly label: string
}

/** From the narrowest to the widest; never wider than two labels, which would be a public suffix. */
export function nameScopes(name: string): readonly NameScope[] {
  const labels = name.split('.')
  const parents = labels
    .map((_, index) => labels.slice(index).join('.'))
    .filter((parent) => parent.split('.').length >= 2)
  const suffixes = (parents.length > 0 ? parents : [name]).map(
    (pattern): NameScope => ({ match: 'suffix', pattern, label: `${pattern} and everything below it` }),
  )
  return [{ match: 'exact', pattern: name, label: `only ${name}` }, ...suffixes]
}

/** For a narrow place: the name is cut in its middle. */
export function shortLabel({ match, pattern }: NameScope): string {
  const name = middleTruncate(pattern, SHORT_CHARACTERS)
  return match === 'exact' ? `only ${name}` : `${name} and below`
}
