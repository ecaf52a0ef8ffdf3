/** Who asks for what: names and clients, each row a door to its queries. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { BarList, type BarListRow } from '../../ui/bar-list.tsx'
import { NameText } from '../../ui/name-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { type TopKind, topQuery } from './get-stats.ts'
import type { Range } from './overview-search.ts'

export function TopNames({ range }: { readonly range: Range }) {
  const [kind, setKind] = useState<'names' | 'blocked-names'>('names')
  return (
    <Panel
      title="Names"
      actions={
        <Segmented
          label="Which names"
          value={kind}
          onChange={setKind}
          options={[
            ['names', 'All'],
            ['blocked-names', 'Blocked'],
          ]}
        />
      }
    >
      <Ranking
        kind={kind}
        range={range}
        link={(row, children, className) => (
          <Link
            to="/queries"
            search={{ name: row.key, ...(kind === 'blocked-names' && { outcome: 'blocked' as const }) }}
            className={className}
          >
            {children}
          </Link>
        )}
      />
    </Panel>
  )
}

export function TopClients({ range }: { readonly range: Range }) {
  return (
    <Panel title="Clients">
      <Ranking
        kind="clients"
        range={range}
        link={(row, children, className) => (
          <Link to="/queries" search={{ client: row.key }} className={className}>
            {children}
          </Link>
        )}
      />
    </Panel>
  )
}

interface RankingProps {
  readonly kind: TopKind
  readonly range: Range
  readonly link: (row: BarListRow, children: ReactNode, className: string) => ReactNode
}

function Ranking({ kind, range, link }: RankingProps) {
  const top = useQuery({
    ...topQuery(kind, range),
    placeholderData: (before) => (before?.kind === kind ? before : undefined),
  })
  return (
    <Loaded query={top} failure="The ranking could not be loaded" skeleton={<Skeleton rows={8} />}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="Nothing asked yet">
            Point a client at this resolver, and its queries show up here.
          </EmptyState>
        ) : (
          <BarList link={link} rows={items.map((item) => ({ ...item, label: <NameText name={item.label} /> }))} />
        )
      }
    </Loaded>
  )
}
