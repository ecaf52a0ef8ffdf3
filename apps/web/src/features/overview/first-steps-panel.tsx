/** Stands above the figures until there is something that filters: ask once, add a list, point a device here. */
import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { listsQuery } from '../../lib/api/lists.ts'
import { resolverQuery } from '../../lib/api/resolver.ts'
import { Panel } from '../../ui/panel.tsx'
import { digCommand, hasBeenAsked, isFreshStart, isLoopbackOnly } from './first-steps.ts'
import styles from './first-steps-panel.module.css'

export function FirstStepsPanel() {
  const { data: resolver } = useQuery(resolverQuery)
  const { data: lists } = useQuery(listsQuery)
  if (!resolver || !lists || !isFreshStart(resolver, lists.items.length)) return null
  const command = digCommand(resolver)
  return (
    <Panel title="First steps" note="Weir resolves; nothing filters yet">
      <ol className={styles.steps}>
        <Step title="Ask it a name" isDone={hasBeenAsked(resolver)}>
          {command ? <code className={styles.command}>{command}</code> : 'No UDP listener is up.'}
        </Step>
        <Step title="Choose what to block">
          <Link to="/lists">Add a block list</Link>, switch off <Link to="/services">whole services</Link>, or write a{' '}
          <Link to="/rules">rule of your own</Link>.
        </Step>
        <Step title="Point devices here">
          {isLoopbackOnly(resolver)
            ? 'Only this machine can ask so far: start Weir with WEIR_DNS_LISTEN set to its address in the network, then give that address'
            : 'Give this machine’s address'}{' '}
          as DNS server in the router’s DHCP settings. Each query then shows up under <Link to="/queries">Queries</Link>
          .
        </Step>
      </ol>
    </Panel>
  )
}

interface StepProps {
  readonly title: string
  readonly isDone?: boolean
  readonly children: ReactNode
}

function Step({ title, isDone = false, children }: StepProps) {
  const Icon = isDone ? IconCircleCheck : IconCircleDashed
  return (
    <li className={styles.step} data-done={isDone || undefined}>
      <Icon size={18} aria-hidden className={styles.icon} />
      <div>
        <p className={styles.title}>
          {title}
          {isDone && <span className={styles.done}>done</span>}
        </p>
        <p className={styles.text}>{children}</p>
      </div>
    </li>
  )
}
