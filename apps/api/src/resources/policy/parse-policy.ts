/** The policy's text → its sections and items, each with the line where it stands. YAML 1.2 (yaml.org/spec/1.2.2), one document. */
import { POLICY_VERSION } from '@weir/shared/contract/policy'
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml'

export interface FileItem {
  /** Key of a map, else empty. */
  readonly key: string
  readonly value: unknown
  readonly line: number
  /** Of a text of several lines: the line of the file where the first of them stands. */
  readonly textLine: number
  /** Lines of its fields. */
  readonly fieldLines: Readonly<Record<string, number>>
}

export interface FileSection {
  readonly name: string
  readonly line: number
  readonly form: 'map' | 'list'
  readonly items: readonly FileItem[]
}

export interface PolicyFault {
  readonly line: number
  readonly message: string
}

export type ParsedPolicy =
  | { readonly ok: true; readonly sections: readonly FileSection[] }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] }

/** Key that tells what kind of file this is and which version of its form it has. */
export const VERSION_KEY = 'weir'
const MAX_FAULTS = 100

export function parsePolicy(text: string): ParsedPolicy {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true })
  const lineAt = (offset: number): number => lines.linePos(offset).line
  const faults = document.errors
    .slice(0, MAX_FAULTS)
    .map(({ pos, message }) => ({ line: lineAt(pos[0]), message: message.split('\n')[0] ?? message }))
  if (faults.length > 0) return { ok: false, faults }
  const { contents } = document
  if (!isMap(contents)) return fault(1, `is no policy: it begins with '${VERSION_KEY}: ${POLICY_VERSION}'`)
  const reader = new Reader(lineAt, (node) => node.toJS(document, { maxAliasCount: 0 }))
  try {
    return reader.read(contents.items as Pair<Node, Node | null>[])
  } catch (error) {
    return fault(1, `cannot be read: ${(error as Error).message}`)
  }
}

const fault = (line: number, message: string): ParsedPolicy => ({ ok: false, faults: [{ line, message }] })

class Reader {
  readonly #lineAt: (offset: number) => number
  readonly #valueOf: (node: Node) => unknown

  constructor(lineAt: (offset: number) => number, toValue: (node: Node) => unknown) {
    this.#lineAt = lineAt
    this.#valueOf = toValue
  }

  read(pairs: readonly Pair<Node, Node | null>[]): ParsedPolicy {
    const faults: PolicyFault[] = []
    const sections: FileSection[] = []
    const version = pairs.find((pair) => this.#keyOf(pair) === VERSION_KEY)
    const wrong = this.#wrongVersion(version)
    if (wrong) return { ok: false, faults: [wrong] }
    for (const pair of pairs) {
      if (pair === version) continue
      const section = this.#section(pair)
      if ('message' in section) faults.push(section)
      else sections.push(section)
    }
    return faults.length > 0 ? { ok: false, faults } : { ok: true, sections }
  }

  #wrongVersion(pair: Pair<Node, Node | null> | undefined): PolicyFault | undefined {
    if (!pair) return { line: 1, message: `is no policy: '${VERSION_KEY}: ${POLICY_VERSION}' is missing` }
    const version = isScalar(pair.value) ? pair.value.value : undefined
    const line = this.#line(pair.key)
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
      return {
        line,
        message: `'${VERSION_KEY}' is the version of the file's form, as in '${VERSION_KEY}: ${POLICY_VERSION}'`,
      }
    if (version > POLICY_VERSION)
      return {
        line,
        message: `this file has version ${version} and comes from a newer Weir; this one knows version ${POLICY_VERSION}`,
      }
    return undefined
  }

  #section(pair: Pair<Node, Node | null>): FileSection | PolicyFault {
    const [name, line] = [this.#keyOf(pair), this.#line(pair.key)]
    const { value } = pair
    if (value === null || (isScalar(value) && value.value === null)) return { name, line, form: 'list', items: [] }
    if (isSeq(value)) {
      const items = (value.items as Node[]).map((node) => this.#item('', node, this.#line(node)))
      return { name, line, form: 'list', items }
    }
    if (isMap(value)) {
      const pairs = value.items as Pair<Node, Node | null>[]
      const items = pairs.map((part) => this.#item(this.#keyOf(part), part.value, this.#line(part.key)))
      return { name, line, form: 'map', items }
    }
    return { line, message: `'${name}' must be a list, each item behind '-'` }
  }

  #item(key: string, node: Node | null, line: number): FileItem {
    const fieldLines: Record<string, number> = {}
    if (isMap(node))
      for (const pair of node.items as Pair<Node, Node | null>[])
        fieldLines[this.#keyOf(pair)] = this.#textLine(pair.value) ?? this.#line(pair.key)
    const value = node === null ? null : this.#valueOf(node)
    return { key, value, line, textLine: this.#textLine(node) ?? line, fieldLines }
  }

  /** A block of text begins below its `|`. */
  #textLine(node: Node | null): number | undefined {
    if (!isScalar(node)) return undefined
    return this.#line(node) + (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' ? 1 : 0)
  }

  #keyOf({ key }: Pair<Node, Node | null>): string {
    return isScalar(key) ? String(key.value) : ''
  }

  #line(node: Node | null): number {
    return node?.range ? this.#lineAt(node.range[0]) : 1
  }
}
