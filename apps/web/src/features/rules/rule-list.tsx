/** The rules: search, sort, select, open. */
import { IconFileExport, IconFileImport, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { ListedRule } from '@weir/shared/contract/listed-rules'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { groupsQuery } from '../../lib/api/groups.ts'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { plural } from '../../lib/format.ts'
import { apiUrl } from '../../lib/http.ts'
import { Button } from '../../ui/button.tsx'
import { ColumnChooser } from '../../ui/column-chooser.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { useColumns } from '../../ui/use-columns.ts'
import { BulkBar } from './bulk-bar.tsx'
import { DEFAULT_SORT, rulesQuery } from './get-rules.ts'
import { RuleCard, ruleColumns } from './rule-columns.tsx'
import type { RuleFilter } from './rule-filter.ts'
import { RuleFilters } from './rule-filters.tsx'
import styles from './rules.module.css'

interface RuleListProps {
  readonly filter: RuleFilter
  readonly onFilter: (patch: RuleFilter) => void
}

export function RuleList({ filter, onFilter }: RuleListProps) {
  const rules = useInfiniteQuery(rulesQuery(filter))
  const groups = useQuery(groupsQuery)
  const schedules = useQuery(schedulesQuery)
  const rows = useMemo(() => rules.data?.pages.flatMap((page) => page.items) ?? [], [rules.data])
  const hasTrials = rows.some(({ shadow }) => shadow)
  const names = useMemo(
    () => ({ groups: namesOf(groups.data?.items), schedules: namesOf(schedules.data?.items) }),
    [groups.data, schedules.data],
  )
  const allColumns = useMemo(() => ruleColumns(names, hasTrials), [names, hasTrials])
  const columns = useColumns('rules', allColumns)
  const { selection, select, selected } = useSelection(rows)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = rules
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const total = rules.data?.pages[0]?.total ?? null
  return (
    <div className={styles.view}>
      {selection.size > 0 ? (
        <BulkBar selected={selected} onDone={() => select(new Set())} />
      ) : (
        <RuleFilters filter={filter} total={total === null ? '' : plural(total, 'rule')} onChange={onFilter}>
          <ColumnChooser columns={columns} />
        </RuleFilters>
      )}
      <Loaded query={rules} failure="The rules could not be loaded" skeleton={<Skeleton rows={14} />}>
        {() =>
          rows.length === 0 ? (
            <NoRules filter={filter} onFilter={onFilter} />
          ) : (
            <DataTable
              label="Rules"
              columns={columns.shown}
              onWidth={columns.setWidth}
              rows={rows}
              total={total}
              rowKey={rowKey}
              card={(rule) => <RuleCard rule={rule} names={names} />}
              onOpen={(rule) => onFilter({ edit: rule.id })}
              copyText={(rule) => rule.text}
              sort={filter.sort ?? DEFAULT_SORT}
              onSort={(sort) => onFilter({ sort })}
              selection={selection}
              onSelect={select}
              onEnd={onEnd}
              isDimmed={(rule) => !rule.enabled}
              openKey={filter.edit}
            />
          )
        }
      </Loaded>
    </div>
  )
}

const namesOf = (items: readonly { readonly id: number; readonly name: string }[] = []): ReadonlyMap<number, string> =>
  new Map(items.map(({ id, name }) => [id, name]))

const rowKey = (rule: ListedRule): number => rule.id

/** What is selected goes when it is no longer among the rows. */
function useSelection(rows: readonly ListedRule[]) {
  const [selection, select] = useState<ReadonlySet<number>>(new Set())
  const selected = useMemo(() => rows.filter((rule) => selection.has(rule.id)), [rows, selection])
  useEffect(() => {
    if (selected.length !== selection.size) select(new Set(selected.map(rowKey)))
  }, [selected, selection])
  return { selection, select, selected }
}

function NoRules({ filter, onFilter }: RuleListProps) {
  const isFiltered = filter.search !== undefined || filter.action !== undefined || filter.enabled !== undefined
  if (isFiltered) {
    const clear = () => onFilter({ search: undefined, action: undefined, enabled: undefined })
    return (
      <EmptyState title="No rule matches" action={<Button onClick={clear}>Clear the filter</Button>}>
        No rule of your own fits this filter. Names in lists are found on the page Why?
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title="No rules of your own yet"
      action={
        <Button variant="strong" icon={<IconPlus size={15} />} onClick={() => onFilter({ edit: 0 })}>
          Add a rule
        </Button>
      }
    >
      A rule blocks, allows, forwards, rewrites or aliases names, and acts on the very next query. It stands above all
      lists.
    </EmptyState>
  )
}

/** What the page's header offers. */
export function RuleActions({ onFilter }: Pick<RuleListProps, 'onFilter'>) {
  return (
    <>
      <Button icon={<IconFileImport size={15} />} onClick={() => onFilter({ import: true })}>
        Import
      </Button>
      <LinkButton href={apiUrl('/rules/export')} icon={<IconFileExport size={15} />} download>
        Export
      </LinkButton>
      <Button variant="strong" icon={<IconPlus size={15} />} onClick={() => onFilter({ edit: 0 })}>
        Add rule
      </Button>
    </>
  )
}
