/** Upstreams, cache, access and log: how queries are answered, for whom, and what is kept of them. */
import type { SettingsState } from '@weir/shared/contract/settings'
import { SelectInput } from '../../ui/field.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { Dns64Panel } from './dns64-panel.tsx'
import { LinesField, NumberField } from './fields.tsx'
import { FlushCache } from './flush-cache.tsx'
import { SectionFrame } from './section-frame.tsx'
import styles from './settings.module.css'
import { useSection } from './use-section.ts'

const MB = 1024 * 1024
interface SectionProps {
  readonly settings: SettingsState
}

function ServersPanel({ settings }: SectionProps) {
  const form = useSection(settings, 'upstreams')
  const { value, set, errorOf } = form
  return (
    <SectionFrame title="Upstreams" note="Asked for what no rule answers" form={form}>
      <LinesField
        label="Servers, one a line"
        rows={4}
        placeholder={'192.0.2.53\n[2001:db8::1]:5300\ntls://dns.example.net'}
        value={value.servers}
        onChange={(servers) => set({ servers })}
        error={errorOf('servers')}
      />
      <SelectInput
        label="Which of them is asked"
        value={value.strategy}
        onChange={(strategy) => set({ strategy })}
        options={[
          ['failover', 'The first that answers, in this order'],
          ['round-robin', 'Each in turn'],
          ['fastest', 'The fastest'],
          ['parallel', 'All at once, the first answer counts'],
        ]}
      />
      <div className={styles.pair}>
        <NumberField
          label="Patience with one server"
          unit="ms"
          value={value.timeoutMs}
          onChange={(timeoutMs) => set({ timeoutMs })}
          error={errorOf('timeoutMs')}
        />
        <NumberField
          label="Attempts"
          value={value.attempts}
          onChange={(attempts) => set({ attempts })}
          error={errorOf('attempts')}
        />
      </div>
    </SectionFrame>
  )
}

export function UpstreamsSection({ settings }: SectionProps) {
  return (
    <>
      <ServersPanel settings={settings} />
      <Dns64Panel settings={settings} />
    </>
  )
}

export function CacheSection({ settings }: SectionProps) {
  const form = useSection(settings, 'cache')
  const { value, set, errorOf } = form
  return (
    <>
      <SectionFrame title="Response cache" form={form}>
        <Switch label="Keep answers" checked={value.enabled} onChange={(enabled) => set({ enabled })} />
        <Switch
          label="Fetch popular answers anew before they end"
          checked={value.prefetch}
          onChange={(prefetch) => set({ prefetch })}
        />
        <Switch
          label="Take it that nothing is below a name that does not exist (RFC 8020)"
          checked={value.nxdomainCut}
          onChange={(nxdomainCut) => set({ nxdomainCut })}
        />
        <div className={styles.pair}>
          <NumberField
            label="Size"
            unit="MB"
            scale={MB}
            value={value.sizeOctets}
            onChange={(sizeOctets) => set({ sizeOctets })}
            error={errorOf('sizeOctets')}
          />
          <NumberField
            label="Serve stale answers for"
            unit="s"
            help="When no upstream answers (RFC 8767); 0 means never."
            value={value.serveStaleSeconds}
            onChange={(serveStaleSeconds) => set({ serveStaleSeconds })}
            error={errorOf('serveStaleSeconds')}
          />
          <NumberField
            label="Shortest TTL"
            unit="s"
            value={value.minTtlSeconds}
            onChange={(minTtlSeconds) => set({ minTtlSeconds })}
            error={errorOf('minTtlSeconds')}
          />
          <NumberField
            label="Longest TTL"
            unit="s"
            value={value.maxTtlSeconds}
            onChange={(maxTtlSeconds) => set({ maxTtlSeconds })}
            error={errorOf('maxTtlSeconds')}
          />
          <NumberField
            label="Longest TTL of negative answers"
            unit="s"
            value={value.negativeMaxTtlSeconds}
            onChange={(negativeMaxTtlSeconds) => set({ negativeMaxTtlSeconds })}
            error={errorOf('negativeMaxTtlSeconds')}
          />
        </div>
      </SectionFrame>
      <FlushCache />
    </>
  )
}

export function AccessSection({ settings }: SectionProps) {
  const form = useSection(settings, 'access')
  const { value, set, errorOf } = form
  return (
    <SectionFrame title="Who may ask" form={form}>
      <div className={styles.pair}>
        <LinesField
          label="Allowed clients; empty means everyone"
          rows={5}
          placeholder="192.0.2.0/24"
          value={value.allowedClients}
          onChange={(allowedClients) => set({ allowedClients })}
          error={errorOf('allowedClients')}
        />
        <LinesField
          label="Denied clients"
          rows={5}
          placeholder="192.0.2.66"
          value={value.deniedClients}
          onChange={(deniedClients) => set({ deniedClients })}
          error={errorOf('deniedClients')}
        />
      </div>
      <NumberField
        label="Queries a second of one client address"
        help="0 means no limit."
        value={value.queriesPerSecond}
        onChange={(queriesPerSecond) => set({ queriesPerSecond })}
        error={errorOf('queriesPerSecond')}
      />
      <NumberField
        label="Queries of one client address that may wait"
        help="For upstreams, at a time; 0 means no limit. More are turned away."
        value={value.waitingQueries}
        onChange={(waitingQueries) => set({ waitingQueries })}
        error={errorOf('waitingQueries')}
      />
      <Switch
        label="Answer ANY over UDP minimally"
        help="RFC 8482; keeps the resolver from amplifying attacks."
        checked={value.minimalAny}
        onChange={(minimalAny) => set({ minimalAny })}
      />
      <Switch
        label="Tell clients of DNS over TLS and HTTPS"
        help="Where they listen: devices find them by _dns.resolver.arpa (DDR, RFC 9462) and go over to them."
        checked={value.designation}
        onChange={(designation) => set({ designation })}
      />
    </SectionFrame>
  )
}

export function LogSection({ settings }: SectionProps) {
  const form = useSection(settings, 'log')
  const { value, set, errorOf } = form
  return (
    <SectionFrame title="Query log and statistics" form={form}>
      <Switch label="Keep a query log" checked={value.enabled} onChange={(enabled) => set({ enabled })} />
      <SelectInput
        label="Client addresses"
        value={value.clientPrivacy}
        onChange={(clientPrivacy) => set({ clientPrivacy })}
        options={[
          ['full', 'kept whole'],
          ['prefix', 'cut to /24 and /56'],
          ['none', 'not kept'],
        ]}
      />
      <div className={styles.pair}>
        <NumberField
          label="Keep queries for"
          unit="days"
          value={value.retentionDays}
          onChange={(retentionDays) => set({ retentionDays })}
          error={errorOf('retentionDays')}
        />
        <NumberField
          label="At most"
          unit="MB"
          scale={MB}
          value={value.maxOctets}
          onChange={(maxOctets) => set({ maxOctets })}
          error={errorOf('maxOctets')}
        />
        <NumberField
          label="Keep statistics for"
          unit="days"
          value={value.statisticsDays}
          onChange={(statisticsDays) => set({ statisticsDays })}
          error={errorOf('statisticsDays')}
        />
      </div>
    </SectionFrame>
  )
}
