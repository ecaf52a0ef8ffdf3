/** What runs: version, listeners, workers. */
import { useQuery } from '@tanstack/react-query'
import { type ResolverState, resolverQuery } from '../../lib/api/resolver.ts'
import { formatOctets } from '../../lib/format.ts'
import { Facts } from '../../ui/facts.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'

/** Small where net.core.rmem_max is: a burst then loses queries. */
const describeListener = ({
  address,
  implementation,
  receiveBufferOctets,
}: ResolverState['listeners'][number]): string =>
  receiveBufferOctets === null
    ? `${address}, ${implementation}`
    : `${address}, ${implementation}, room for ${formatOctets(receiveBufferOctets)} of waiting queries`

export function AboutPanel() {
  const resolver = useQuery(resolverQuery)
  return (
    <Panel title="The resolver">
      <Loaded query={resolver} failure="The resolver does not answer">
        {(state) => (
          <Facts
            facts={[
              ['Version', state.version],
              ['Started', <TimeAgo key="started" at={state.startedAt} />],
              ['Workers', state.workers.map((worker) => `${worker.id} ${worker.state}`).join(', ')],
              ...state.listeners.map(
                (listener) => [listener.transport.toUpperCase(), describeListener(listener)] as const,
              ),
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
