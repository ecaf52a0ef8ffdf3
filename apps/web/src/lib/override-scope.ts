/** Which overrides hold for a client or a group: as the resolver picks them (`override-table.ts`). */
import type { Override } from '@weir/shared/contract/overrides'
import { parsePrefix, prefixContains } from '@weir/shared/dns/ip-address'

type Whom = Pick<Override, 'client' | 'groupId'>

export const holdsForEveryone = ({ client, groupId }: Whom): boolean => client === null && groupId === null

/** @param id undefined: of a group that there is not yet */
export const holdsForGroup = (id: number | undefined) => (override: Whom) =>
  id !== undefined && (override.groupId === id || holdsForEveryone(override))

/**
 * @param identifier of the client's entry: an address, a prefix, `id:` and a client id, or `name:` and a reverse name
 * @param groupId undefined while it has none
 */
export const holdsForClient = (identifier: string, groupId: number | undefined) => (override: Whom) =>
  override.client === null
    ? holdsForEveryone(override) || override.groupId === groupId
    : override.client === identifier || isWithin(identifier, override.client)

/** A part of it is enough: an override for one address of a prefix is what somebody looks for who looks at the prefix. */
function isWithin(a: string, b: string): boolean {
  const [one, other] = [parsePrefix(a), parsePrefix(b)]
  if (!one || !other) return false
  const [wide, narrow] = one.bits <= other.bits ? [one, other] : [other, one]
  return prefixContains(wide, narrow.octets)
}
