/** The console and the API itself: by which names they are reached, and how long a session lasts. */
import type { SettingsState } from '@weir/shared/contract/settings'
import { LinesField, NumberField } from './fields.tsx'
import { SectionFrame } from './section-frame.tsx'
import styles from './settings.module.css'
import { useSection } from './use-section.ts'

const MB = 1024 * 1024

export function ConsoleSection({ settings }: { readonly settings: SettingsState }) {
  const form = useSection(settings, 'http')
  const { value, set, errorOf } = form
  return (
    <SectionFrame title="Console and API" form={form}>
      <LinesField
        label="Host names of this console"
        placeholder="weir.example.org"
        help="Besides addresses and localhost; others are refused, against DNS rebinding."
        value={value.allowedHosts}
        onChange={(allowedHosts) => set({ allowedHosts })}
        error={errorOf('allowedHosts')}
      />
      <LinesField
        label="Proxies before this console"
        placeholder="192.0.2.80"
        help="Addresses or prefixes. More than 256 connections of one address are refused; of these only 1,024 in all."
        value={value.trustedProxies}
        onChange={(trustedProxies) => set({ trustedProxies })}
        error={errorOf('trustedProxies')}
      />
      <div className={styles.pair}>
        <NumberField
          label="Sessions end after"
          unit="h"
          value={value.sessionHours}
          onChange={(sessionHours) => set({ sessionHours })}
          error={errorOf('sessionHours')}
        />
        <NumberField
          label="Or when idle for; 0 never"
          unit="min"
          value={value.sessionIdleMinutes}
          onChange={(sessionIdleMinutes) => set({ sessionIdleMinutes })}
          error={errorOf('sessionIdleMinutes')}
        />
        <NumberField
          label="Largest list"
          unit="MB"
          scale={MB}
          value={value.maxListOctets}
          onChange={(maxListOctets) => set({ maxListOctets })}
          error={errorOf('maxListOctets')}
        />
      </div>
    </SectionFrame>
  )
}
