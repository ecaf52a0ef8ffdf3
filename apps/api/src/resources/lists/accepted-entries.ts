/** Remembers what somebody has accepted, so that the next version of the list is not held for the same entries. */
import type { ListFinding } from '@weir/shared/contract/list-guard'
import type { ListRepository } from './repository.ts'

/** The newest stay. */
const MAX_ACCEPTED = 1000

/** Inside the transaction that accepts. */
export function acceptFindings(repository: ListRepository, listId: number, findings: readonly ListFinding[]): void {
  const entries = findings.flatMap(({ names }) => names.map(({ entry }) => entry))
  if (entries.length === 0) return
  const before = repository.find(listId)?.acceptedEntries ?? []
  repository.acceptEntries(listId, [...new Set([...before, ...entries])].slice(-MAX_ACCEPTED))
}
