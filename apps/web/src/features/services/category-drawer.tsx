/** All services of a category at once: blocked or not, for whom, and when. */
import { useQuery } from '@tanstack/react-query'
import type { Service } from '@weir/shared/contract/rule-sets'
import { useState } from 'react'
import { servicesQuery } from '../../lib/api/services.ts'
import type { TermInput } from '../../lib/terms.ts'
import { SimulatedEffect } from '../../ui/simulated-effect.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { usePatchServices } from './change-services.ts'
import styles from './services.module.css'
import { SetFrame, SetTerms, termsOf } from './set-frame.tsx'

interface CategoryDrawerProps {
  /** As in `video`; undefined, or one that there is not: closed. */
  readonly id: string | undefined
  readonly onClose: () => void
}

export function CategoryDrawer({ id, onClose }: CategoryDrawerProps) {
  const all = useQuery(servicesQuery).data
  const category = all?.categories.find((one) => one.id === id)
  if (!all || !category) return null
  const services = all.items.filter((service) => service.category === id)
  return <Form key={id} title={category.name} services={services} onClose={onClose} />
}

interface FormProps {
  readonly title: string
  readonly services: readonly Service[]
  readonly onClose: () => void
}

interface Draft extends TermInput {
  readonly enabled: boolean
  readonly shadow: boolean
}

function Form({ title, services: read, onClose }: FormProps) {
  // Read anew meanwhile, they would pass for what this form was made from.
  const [services] = useState(read)
  const [draft, setDraft] = useState<Draft>(() => startOf(services))
  const patch = usePatchServices()
  const isEven = new Set(services.map((service) => JSON.stringify(draftOf(service)))).size === 1
  return (
    <SetFrame
      title={`${title}: all ${services.length} services`}
      isBusy={patch.isPending}
      onClose={onClose}
      onSave={() => patch.save(services, draft, title, onClose)}
    >
      {!isEven && <p className={styles.note}>They are set differently now. Saving sets all of them as below.</p>}
      <Switch
        label="Block them"
        checked={draft.enabled}
        onChange={(enabled) => setDraft({ ...draft, enabled })}
        help={services.map(({ name }) => name).join(', ')}
      />
      <SetTerms value={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
      <SimulatedEffect
        changes={services.map(({ id }) => ({ kind: 'service', id, ...draft, shadow: false }))}
        period="7d"
      />
    </SetFrame>
  )
}

const draftOf = (service: Service): Draft => ({
  enabled: service.enabled,
  ...termsOf(service),
  shadow: service.shadow,
})

/** As the first that is blocked; who opens this wants to block where none is. */
function startOf(services: readonly Service[]): Draft {
  const blocked = services.find(({ enabled }) => enabled) ?? services[0]!
  return { ...draftOf(blocked), enabled: true }
}
