/** One service or search engine in the side drawer: for whom, how blocked names are answered, and its names. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { SafeSearchEngine, Service } from '@weir/shared/contract/rule-sets'
import { type ReactNode, useState } from 'react'
import { groupsQuery } from '../../lib/api/groups.ts'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { safeSearchQuery, servicesQuery } from '../../lib/api/services.ts'
import { plural } from '../../lib/format.ts'
import type { TermInput, Terms } from '../../lib/terms.ts'
import { AnswerFields } from '../../ui/answer-fields.tsx'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { TermFields } from '../../ui/term-fields.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { usePatchSafeSearch, usePatchService } from './change-services.ts'
import styles from './services.module.css'

interface SetDrawerProps {
  /** Of a service or an engine; undefined, or one that there is not: closed. */
  readonly id: string | undefined
  readonly onClose: () => void
}

export function SetDrawer({ id, onClose }: SetDrawerProps) {
  const service = useQuery(servicesQuery).data?.items.find((one) => one.id === id)
  const engine = useQuery(safeSearchQuery).data?.items.find((one) => one.id === id)
  if (service) return <ServiceDrawer key={service.id} service={service} onClose={onClose} />
  if (engine) return <EngineDrawer key={engine.id} engine={engine} onClose={onClose} />
  return null
}

function ServiceDrawer({ service, onClose }: { readonly service: Service; readonly onClose: () => void }) {
  const [draft, setDraft] = useState({ enabled: service.enabled, ...termsOf(service), answer: service.answer })
  const patch = usePatchService()
  return (
    <Frame
      title={service.name}
      isBusy={patch.isPending}
      onClose={onClose}
      onSave={() => patch.save(service, draft, onClose)}
    >
      <Switch
        label="Block it"
        checked={draft.enabled}
        onChange={(enabled) => setDraft({ ...draft, enabled })}
        help="Its names with everything below them, in every query type, and other names that lead there."
      />
      <Whom value={draft} onChange={(terms) => setDraft({ ...draft, ...terms })} />
      <AnswerFields
        value={draft.answer}
        inherited="As set for the group, or for all blocks"
        onChange={(answer) => setDraft({ ...draft, answer })}
      />
      <Names title={plural(service.domains.length, 'name')} names={service.domains} />
      <p>
        <Link to="/queries" search={{ ruleSet: service.id }} className={styles.door}>
          Queries that it blocked
        </Link>
      </p>
    </Frame>
  )
}

function EngineDrawer({ engine, onClose }: { readonly engine: SafeSearchEngine; readonly onClose: () => void }) {
  const [draft, setDraft] = useState({ enabled: engine.enabled, ...termsOf(engine) })
  const patch = usePatchSafeSearch()
  return (
    <Frame
      title={`Safe search: ${engine.name}`}
      isBusy={patch.isPending}
      onClose={onClose}
      onSave={() => patch.save(engine, draft, onClose)}
    >
      <Switch
        label="Hold it to safe results"
        checked={draft.enabled}
        onChange={(enabled) => setDraft({ ...draft, enabled })}
        help={engine.effect}
      />
      <Whom value={draft} onChange={(terms) => setDraft({ ...draft, ...terms })} />
      <Names title={`${plural(engine.hosts.length, 'name')}, all led to ${engine.target}`} names={engine.hosts} />
      <p>
        <Link to="/queries" search={{ ruleSet: engine.id }} className={styles.door}>
          Queries that were led there
        </Link>
      </p>
    </Frame>
  )
}

interface FrameProps {
  readonly title: string
  readonly isBusy: boolean
  readonly onClose: () => void
  readonly onSave: () => void
  readonly children: ReactNode
}

const Frame = ({ title, isBusy, onClose, onSave, children }: FrameProps) => (
  <Drawer
    isOpen
    onClose={onClose}
    title={title}
    footer={
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="strong" onClick={onSave} isBusy={isBusy}>
          Save
        </Button>
      </>
    }
  >
    <div className={styles.form}>{children}</div>
  </Drawer>
)

interface WhomProps {
  readonly value: Terms
  readonly onChange: (terms: TermInput) => void
}

function Whom({ value, onChange }: WhomProps) {
  const groups = useQuery(groupsQuery).data?.items ?? []
  const schedules = useQuery(schedulesQuery).data?.items ?? []
  return <TermFields value={value} groups={groups} schedules={schedules} onChange={onChange} />
}

const termsOf = ({ groups, schedule, perGroup }: Terms): TermInput => ({
  groups: [...groups],
  schedule,
  perGroup: [...perGroup],
})

function Names({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  return (
    <details className={styles.names} open={names.length <= 24}>
      <summary>{title}</summary>
      <ul>
        {names.map((entry) => (
          <li key={entry}>
            <code>{entry.replace(/^=/, '')}</code>
            {entry.startsWith('=') && <small> this name alone</small>}
          </li>
        ))}
      </ul>
    </details>
  )
}
