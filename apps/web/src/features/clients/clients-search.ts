/** What the address bar of the clients page holds, and which client that means. */
import { parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import type { Client, SeenClient } from '@weir/shared/contract/clients'
import { type RawSearch, textParam } from '../../lib/search-params.ts'

export interface ClientsSearch {
  /** What the client that is open is known by; `new`: a new entry. */
  readonly open?: string | undefined
}

export const NEW_CLIENT = 'new'

export const readClientsSearch = (search: RawSearch): ClientsSearch => ({ open: textParam(search, 'open') })

/**
 * Its entry; else a new one for it, with the name and the group that it has.
 * @param entries undefined, like `seen`, while it is not known
 * @returns undefined: not known yet, or it is nothing that a client is known by
 */
export function openClient(
  open: string | undefined,
  entries: readonly Client[] | undefined,
  seen: readonly SeenClient[] | undefined,
): Partial<Client> | undefined {
  if (open === NEW_CLIENT) return {}
  const parsed = open === undefined ? undefined : parseClientIdentifier(open)
  if (!parsed?.ok || entries === undefined || seen === undefined) return undefined
  const identifier = parsed.value
  const entry = entries.find((one) => one.identifier === identifier)
  if (entry) return entry
  const asked = seen.find(({ address }) => address === identifier)
  return { identifier, ...(asked && { name: asked.name, groupId: asked.groupId }) }
}
