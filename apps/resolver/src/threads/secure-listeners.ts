/** DoT and DoH of the worker that serves streams: opened together, with one certificate that follows its files. */
import { clearInterval, setInterval } from 'node:timers'
import { type Endpoint, formatEndpoint, type SecureListen } from '@weir/shared/environment'
import { Certificate } from '../listen/certificate.ts'
import { DohListener } from '../listen/doh.ts'
import { TcpListener } from '../listen/tcp.ts'
import type { Designation } from '../query/policy-parts.ts'
import type { QueryHandler } from '../query/ports.ts'
import { designate, machineAddresses } from './designation.ts'
import type { ListenerInfo } from './worker-messages.ts'

/** How soon a renewed certificate is shown. */
const LOOK_EVERY_MS = 5000

export interface SecureListeners {
  readonly dot: readonly TcpListener[]
  readonly doh: readonly DohListener[]
  readonly infos: readonly ListenerInfo[]
  stop(): Promise<void>
}

export interface SecureListenersOptions {
  readonly listen: SecureListen
  readonly handler: QueryHandler
  /** Told once of a renewed certificate that cannot be used: the one before stays. */
  onFault(detail: string): void
  /** Told when they are open, and when names or addresses have changed. */
  onDesignation(designation: Designation | null): void
}

/** @returns why they cannot be opened, in one line that names the setting */
export async function openSecureListeners({
  listen: { dot, doh, certificate: certificateFile, key },
  handler,
  onFault,
  onDesignation,
}: SecureListenersOptions): Promise<SecureListeners | string> {
  const opened = Certificate.open({ certificate: certificateFile, key })
  if (!opened.ok) return opened.error
  const certificate = opened.value
  const listeners = {
    dot: dot.map((endpoint) => new TcpListener({ endpoint, handler, certificate })),
    doh: doh.map((endpoint) => new DohListener({ endpoint, handler, certificate })),
  }
  for (const listener of [...listeners.dot, ...listeners.doh]) {
    const started = await listener.start()
    if (!started.ok) return started.error.detail
  }
  const tellDesignation = designationTeller(listeners, certificate, onDesignation)
  tellDesignation()
  let told: string | null = null
  const timer = setInterval(() => {
    if (certificate.refresh()) for (const listener of listeners.doh) listener.renewCertificate()
    if (certificate.fault !== null && certificate.fault !== told) onFault(certificate.fault)
    told = certificate.fault
    tellDesignation()
  }, LOOK_EVERY_MS)
  timer.unref()
  return {
    ...listeners,
    infos: [
      ...listeners.dot.map(({ endpoint }) => info('tls', endpoint)),
      ...listeners.doh.map(({ endpoint }) => info('https', endpoint)),
    ],
    stop: async () => {
      clearInterval(timer)
      await Promise.all([...listeners.dot, ...listeners.doh].map((listener) => listener.stop()))
    },
  }
}

/** Tells what clients are to know of the listeners, when that is not what was told before. */
function designationTeller(
  { dot, doh }: Pick<SecureListeners, 'dot' | 'doh'>,
  certificate: Certificate,
  tell: SecureListenersOptions['onDesignation'],
): () => void {
  let told = ''
  return () => {
    const endpoints = { tls: dot.map(({ endpoint }) => endpoint), https: doh.map(({ endpoint }) => endpoint) }
    const facts = [endpoints, certificate.plainNames, machineAddresses()] as const
    const text = JSON.stringify(facts)
    if (text === told) return
    told = text
    tell(designate(...facts))
  }
}

const info = (transport: 'tls' | 'https', endpoint: Endpoint): ListenerInfo => ({
  transport,
  address: formatEndpoint(endpoint),
  implementation: transport === 'tls' ? 'tls' : 'http2',
  reason: 'streams are served by one worker',
  receiveBufferOctets: null,
})
