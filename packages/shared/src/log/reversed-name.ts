/** Names as log.db sorts them: labels from right to left, each followed by a dot, so that a subtree is a range. */
import { splitLabels } from '../dns/domain-name.ts'

/** `www.example.org` → `org.example.www.`. @param name canonical; the root and no name at all are empty */
export const reversedName = (name: string): string =>
  splitLabels(name)
    .reverse()
    .map((label) => `${label}.`)
    .join('')

/** All that is at or below a name: `from` ≤ reversed < `until`. `/` is the character after the dot. */
export function subtreeRange(name: string): { from: string; until: string } {
  const from = reversedName(name)
  return { from, until: from === '' ? '\u{10ffff}' : `${from.slice(0, -1)}/` }
}
