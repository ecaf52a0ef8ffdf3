/** The name of a client, as the resolver itself has it: local records and forward rules for reverse zones answer. */
import { parseDomainName } from '@weir/shared/dns/domain-name'
import type { ResolverClient } from '../../resolver-client.ts'

/** @returns null for none, and while the resolver does not answer: asked again hours later */
export async function lookUpName(client: ResolverClient, reverse: string): Promise<string | null> {
  const found = await client.reverseName(reverse)
  if (!found.ok || found.value.name === null) return null
  const name = parseDomainName(found.value.name)
  return name.ok && name.value !== '' ? name.value : null
}
