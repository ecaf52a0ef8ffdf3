/**
 * The policy as text, the same for the same policy whatever its ids and whenever it was made, so that files can be compared.
 *
 * ```yaml
 * weir: 1
 * groups:
 *   - name: Kids
 *     clients: [192.0.2.64/26]
 * rules:
 *   - |
 *     ||ads.example^
 *   - rule: "||games.example^"
 *     groups: [Kids]
 * ```
 */
import { POLICY_VERSION } from '@weir/shared/contract/policy'
import { Document, isMap, isScalar, isSeq, type Node, Scalar, visit } from 'yaml'
import { byText, type PolicyItem, type PolicySection } from '../../policy.ts'
import { VERSION_KEY } from './parse-policy.ts'

const HEAD = ` Policy of Weir. What would change: weir policy plan FILE · put in place: weir policy apply FILE
 A section that is here is taken whole: what it leaves out is deleted. A section that is missing stays as it is.
`

export interface ReadSection {
  readonly section: PolicySection
  readonly items: readonly PolicyItem[]
}

/** A section after the other: texts of a megabyte are made in one go, no larger ones. */
export function* writePolicy(sections: readonly ReadSection[]): Generator<string> {
  yield `${HEAD.trimEnd().replace(/^/gm, '#')}\n${VERSION_KEY}: ${POLICY_VERSION}\n`
  for (const { section, items } of sections) {
    if (items.length === 0 && section.form !== 'map') yield `\n# ${section.comment}\n${section.name}: []\n`
    else yield `\n# ${section.comment}\n${textOf({ [section.name]: sectionValue(section, items) })}`
  }
}

function sectionValue(section: PolicySection, items: readonly PolicyItem[]): unknown {
  if (section.form === 'map') return Object.fromEntries(items.map(({ key, value }) => [key, value]))
  if (!section.isSorted) return items.map(({ value }) => value)
  const lines = items.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])).sort(byText)
  const others = items
    .flatMap(({ value }) => (typeof value === 'string' ? [] : [{ text: JSON.stringify(value), value }]))
    .sort((a, b) => byText(a.text, b.text))
  return [...(lines.length > 0 ? [blockOf(lines)] : []), ...others.map(({ value }) => value)]
}

function blockOf(lines: readonly string[]): Scalar {
  const block = new Scalar(`${lines.join('\n')}\n`)
  block.type = 'BLOCK_LITERAL'
  return block
}

function textOf(value: unknown): string {
  const document = new Document(value)
  visit(document, {
    // What fits on a line stands on one: windows, addresses, answers.
    Collection: (_key, node, path) => {
      if (path.length > 5 && isSmall(node)) node.flow = true
      return undefined
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

const isSmall = (node: Node): boolean => {
  if (isSeq(node)) return node.items.length <= 8 && node.items.every((item) => isScalar(item) || isFlat(item as Node))
  return isFlat(node)
}
const isFlat = (node: Node): boolean =>
  isMap(node) && node.items.length <= 4 && node.items.every(({ value }) => isScalar(value) || isSeq(value))
