/** The resolvers that Weir is measured beside: Debian's, each on one thread, with its cache and the same names blocked. */
import { dnsdist, dnsdistOnDisk } from './dnsdist.ts'
import { dnsmasq } from './dnsmasq.ts'
import { knotResolver } from './knot-resolver.ts'
import type { Peer } from './peer.ts'
import { recursor } from './recursor.ts'
import { unbound } from './unbound.ts'

export const PEERS: readonly Peer[] = [unbound, dnsdist, dnsdistOnDisk, recursor, knotResolver, dnsmasq]
