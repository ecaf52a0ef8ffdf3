/** One service or search engine in the side drawer: for whom, how blocked names are answered, and its names. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { SafeSearchEngine, Service } from '@weir/shared/contract/rule-sets'
import { useState } from 'react'
import { safeSearchQuery, servicesQuery } from '../../lib/api/services.ts'
import { plural } from '../../lib/format.ts'
import { AnswerFields } from '../../ui/answer-fields.tsx'
import { ShadowPanel } from '../../ui/shadow-panel.tsx'
import { SimulatedEffect } from '../../ui/simulated-effect.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { usePatchSafeSearch, usePatchService } from './change-services.ts'
import styles from './services.module.css'
import { SetFrame, SetTerms, termsOf } from './set-frame.tsx'
import { SetHits } from './set-tile.tsx'

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

function ServiceDrawer({ service: read, onClose }: { readonly service: Service; readonly onClose: () => void }) {
  // Read anew meanwhile, it would pass for what this form was made from.
  const [service] = useState(read)
  const [draft, setDraft] = useState({
    enabled: service.enabled,
    ...termsOf(service),
    shadow: service.shadow,
    answer: service.answer,
  })
  const patch = usePatchService()
  return (
    <SetFrame
      title={service.name}
      isBusy={patch.isPending}
      onClose={onClose}
      onSave={() => patch.save(service, draft, onClose)}
    >
      {service.enabled && service.shadow && (
        <ShadowPanel
          subject={{ ruleSet: service.id }}
          isBusy={patch.isPending}
          onAct={() => patch.save(service, { enabled: true, shadow: false }, onClose)}
        />
      )}
      <Switch
        label="Block it"
        checked={draft.enabled}
        onChange={(enabled) => setDraft({ ...draft, enabled })}
        help="Its names with everything below them, in every query type, and other names that lead there."
      />
      <SetTerms value={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
      <AnswerFields
        value={draft.answer}
        inherited="As set for the group, or for all blocks"
        onChange={(answer) => setDraft({ ...draft, answer })}
      />
      <SimulatedEffect changes={[{ kind: 'service', id: service.id, ...effectOf(draft) }]} period="7d" />
      <Names title={plural(service.domains.length, 'name')} names={service.domains} />
      <p>
        <Link to="/queries" search={{ ruleSet: service.id }} className={styles.door}>
          Queries that it blocked
        </Link>{' '}
        <SetHits hits={service.hits} isShadow={false} />
      </p>
    </SetFrame>
  )
}

function EngineDrawer({ engine: read, onClose }: { readonly engine: SafeSearchEngine; readonly onClose: () => void }) {
  const [engine] = useState(read)
  const [draft, setDraft] = useState({ enabled: engine.enabled, ...termsOf(engine), shadow: engine.shadow })
  const patch = usePatchSafeSearch()
  return (
    <SetFrame
      title={`Safe search: ${engine.name}`}
      isBusy={patch.isPending}
      onClose={onClose}
      onSave={() => patch.save(engine, draft, onClose)}
    >
      {engine.enabled && engine.shadow && (
        <ShadowPanel
          subject={{ ruleSet: engine.id }}
          isBusy={patch.isPending}
          onAct={() => patch.save(engine, { enabled: true, shadow: false }, onClose)}
        />
      )}
      <Switch
        label="Hold it to safe results"
        checked={draft.enabled}
        onChange={(enabled) => setDraft({ ...draft, enabled })}
        help={engine.effect}
      />
      <SetTerms value={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
      <SimulatedEffect changes={[{ kind: 'safe-search', id: engine.id, ...draft, shadow: false }]} period="7d" />
      <Names title={`${plural(engine.hosts.length, 'name')}, all led to ${engine.target}`} names={engine.hosts} />
      <p>
        <Link to="/queries" search={{ ruleSet: engine.id }} className={styles.door}>
          Queries that were led there
        </Link>{' '}
        <SetHits hits={engine.hits} isShadow={false} />
      </p>
    </SetFrame>
  )
}

/** As if it acted; an own answer changes nothing of what is blocked. */
const effectOf = ({ answer: _, ...draft }: Pick<Service, 'enabled' | 'answer'> & ReturnType<typeof termsOf>) => ({
  ...draft,
  shadow: false,
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
