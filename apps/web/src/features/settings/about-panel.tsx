/** What runs: version, listeners, workers. */
import { useQuery } from '@tanstack/react-query'
import { resolverQuery } from '../../lib/api/resolver.ts'
import { Facts } from '../../ui/facts.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'

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
                (listener) =>
                  [listener.transport.toUpperCase(), `${listener.address}, ${listener.implementation}`] as const,
              ),
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
