/**
 * UDP on Linux in batches: one recvmmsg call takes up to 64 queries, one sendmmsg call gives up to 64 answers, straight
 * from and into one arena (design section 7).
 *
 * The event loop watches the socket (uv_poll); whenever there is something to read, batches are drained without
 * blocking, then the loop has its turn. Queries that are answered at once leave with their batch; those that have to
 * wait give their place in the receiving vector to a fresh slot and leave, together, at the end of a later turn.
 */
import { type Clock, systemClock } from '@weir/shared/clock'
import { type Endpoint, isIPv6Endpoint } from '@weir/shared/environment'
import { fail, ok, type Result } from '@weir/shared/result'
import * as abi from '../linux/abi.ts'
import { closeSocket, type LinuxCalls, openSocket } from '../linux/datagram-socket.ts'
import { MessageVector } from '../linux/message-vector.ts'
import { SocketMemoryReader } from '../linux/socket-memory.ts'
import type { BatchWatcher, QueryHandler } from '../query/ports.ts'
import { type QueryContext, Transport } from '../query/query-context.ts'
import { BatchSender } from './batch-sender.ts'
import { BatchQuery, BatchSlot, SLOT_OCTETS } from './batch-slot.ts'
import { DRAIN_TIMEOUT_MS, drained } from './drain.ts'
import { type ListenFault, listenFault } from './listen-fault.ts'
import { DEFAULT_WAITING_QUERIES, SlotPool } from './slot-pool.ts'
import type { UdpListenerOptions } from './udp-dgram.ts'
import {
  MAX_UDP_QUERY_OCTETS,
  newUdpCounters,
  SOCKET_BUFFER_OCTETS,
  UDP_OUT_OCTETS,
  type UdpListener,
} from './udp-socket.ts'

/** Larger batches measured no faster. */
const BATCH = 64
/** Batches before the event loop has its turn: about a millisecond of work. */
const BATCHES_PER_TURN = 8
/** What is ready leaves after so many pages that others had to read from disk; and the event loop has its turn next. */
const PAGES_PER_FLUSH = 8

export class BatchListener implements UdpListener {
  readonly implementation = 'batch'
  readonly counters = newUdpCounters()
  #endpoint: Endpoint
  readonly #handler: QueryHandler
  readonly #batches: BatchWatcher | undefined
  readonly #clock: Clock
  readonly #calls: LinuxCalls
  readonly #drainTimeoutMs: number
  readonly #waitingQueries: number
  readonly #isV6: boolean
  readonly #nameLength: number
  /** Octets of control messages to receive; 0 when bound to one address, which is then where answers leave from. */
  readonly #controlLength: number

  readonly #slots: SlotPool<BatchSlot>
  readonly #receiving: BatchSlot[] = []
  readonly #receiveVector: MessageVector
  readonly #receiveAddress: number
  readonly #sender: BatchSender
  readonly #queries: SlotPool<BatchQuery>
  /** What is known of the query that the stages look at; another takes its place when it has to wait. */
  #query: BatchQuery
  /** The slot that the stages are looking at right now: if it is answered at once, it keeps its place. */
  #current: BatchSlot | null = null
  /** Queries with the stages. */
  #pendingCount = 0
  #isFlushPlanned = false
  #isDraining = false
  #pagesRead = 0
  #fd = -1
  #watch: { close(): void } | null = null
  readonly #socketMemory: SocketMemoryReader

  constructor(options: UdpListenerOptions, calls: LinuxCalls) {
    this.#endpoint = options.endpoint
    this.#handler = options.handler
    this.#batches = options.handler.batches
    this.#clock = options.clock ?? systemClock
    this.#calls = calls
    this.#socketMemory = new SocketMemoryReader(calls)
    this.#drainTimeoutMs = options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS
    this.#waitingQueries = options.waitingQueries ?? DEFAULT_WAITING_QUERIES
    this.#isV6 = isIPv6Endpoint(options.endpoint)
    this.#nameLength = this.#isV6 ? abi.SOCKADDR_IN6_OCTETS : abi.SOCKADDR_IN_OCTETS
    const isWildcard = /^[0.:]+$/.test(options.endpoint.address)
    this.#controlLength = isWildcard ? (this.#isV6 ? abi.PKTINFO6_SPACE : abi.PKTINFO_SPACE) : 0

    // Never touched, a slot's memory costs nothing: the system gives pages when they are first written.
    const slotCount = this.#waitingQueries + 2 * BATCH
    const arena = new Uint8Array(slotCount * SLOT_OCTETS)
    let made = 0
    this.#slots = new SlotPool(slotCount, () => new BatchSlot(arena, made++))
    for (let i = 0; i < BATCH; i++) this.#receiving.push(this.#slots.take()!)
    this.#queries = new SlotPool(this.#waitingQueries + 1, () => new BatchQuery(this.#receiving[0]!))
    this.#query = this.#queries.take()!
    this.#receiveVector = new MessageVector(BATCH, arena.buffer, calls.addressOf)
    this.#receiveAddress = calls.addressOf(this.#receiveVector.memory)
    this.#sender = new BatchSender({
      calls,
      batch: BATCH,
      arena: arena.buffer,
      nameLength: this.#nameLength,
      counters: this.counters,
      release: (slot) => this.#release(slot),
    })
  }

  get endpoint(): Endpoint {
    return this.#endpoint
  }

  readSocket(): number {
    const memory = this.#fd < 0 ? undefined : this.#socketMemory.read(this.#fd)
    if (memory) this.counters.droppedNoRoom = memory.droppedCount
    return memory?.receiveRoomOctets ?? 0
  }

  async start(): Promise<Result<void, ListenFault>> {
    const opened = openSocket(this.#calls, this.#endpoint, {
      isShared: true,
      wantsPacketInfo: this.#controlLength > 0,
      bufferOctets: SOCKET_BUFFER_OCTETS,
    })
    if (!opened.ok) return fail(listenFault(opened.error, this.#endpoint, 'udp'))
    this.#fd = opened.value.fd
    this.#endpoint = { address: this.#endpoint.address, port: opened.value.port }
    for (let i = 0; i < BATCH; i++) this.#placeReceiver(i, this.#receiving[i]!)
    this.#watch = this.#calls.watch(this.#fd, () => this.#drain())
    return ok(undefined)
  }

  async stop(): Promise<void> {
    this.#watch?.close()
    this.#watch = null
    if (this.#fd < 0) return
    await drained(() => this.#pendingCount === 0 && this.#sender.isEmpty, this.#drainTimeoutMs)
    closeSocket(this.#fd)
    this.#fd = -1
  }

  #drain(): void {
    for (let batch = 0; batch < BATCHES_PER_TURN; batch++) {
      const count = this.#calls.recvmmsg(this.#fd, this.#receiveAddress, BATCH, abi.MSG_DONTWAIT, 0)
      if (count < 0) {
        const code = this.#calls.errorCode()
        if (code !== 'EAGAIN' && code !== 'EINTR') this.counters.receiveErrors++
        return
      }
      const pagesBefore = this.#handler.pagesRead?.() ?? 0
      this.#handleBatch(count)
      if (count < BATCH || (this.#handler.pagesRead?.() ?? 0) - pagesBefore >= PAGES_PER_FLUSH) return
    }
  }

  #handleBatch(count: number): void {
    const nowMs = this.#clock.now()
    const monotonicMs = this.#clock.monotonic()
    this.counters.received += count
    this.#isDraining = true
    this.#batches?.begin(monotonicMs)
    for (let i = 0; i < count; i++) {
      const slot = this.#receiving[i]!
      const query = this.#query
      if (this.#takeUp(i, slot, query)) {
        query.receivedAtMs = nowMs
        query.startedAtMs = monotonicMs
        slot.isReceiving = false
        this.#pendingCount++
        this.#current = slot
        this.#handler.handle(query, this.#done)
        this.#current = null
        if (this.#isHeldUp()) this.#letGo(monotonicMs)
      }
      if (slot.isReceiving) this.#receiveVector.setLengths(i, this.#nameLength, this.#controlLength)
      else {
        this.#query = this.#queries.take()!
        this.#placeReceiver(i, this.#slots.take()!)
      }
    }
    this.#isDraining = false
    this.#flush()
    this.#batches?.end()
  }

  /** In the middle of a batch: what is answered leaves, and what has to be asked is. */
  #letGo(startedAtMs: number): void {
    this.#flush()
    this.#batches?.end()
    this.#batches?.begin(startedAtMs)
  }

  /** Have the queries since the last time read PAGES_PER_FLUSH pages? */
  #isHeldUp(): boolean {
    const pages = this.#handler.pagesRead?.() ?? 0
    const read = pages - this.#pagesRead
    // The counter begins anew with another tier.
    if (read >= 0 && read < PAGES_PER_FLUSH) return false
    this.#pagesRead = pages
    return read > 0
  }

  /** Makes `query` of what was received. @returns false when it has to be dropped */
  #takeUp(i: number, slot: BatchSlot, query: BatchQuery): boolean {
    slot.readPeer(query, this.#isV6)
    if ((this.#receiveVector.flags(i) & abi.MSG_TRUNC) !== 0 || query.clientPort === 0) {
      this.counters.droppedUnusable++
      return false
    }
    if (this.#pendingCount >= this.#waitingQueries) {
      this.counters.droppedNoSlot++
      return false
    }
    query.take(slot)
    query.messageLength = this.#receiveVector.length(i)
    query.transport = Transport.Udp
    slot.controlLength = this.#receiveVector.controlLength(i)
    if (slot.controlLength > 0) slot.prepareReply(this.#isV6)
    return true
  }

  /** Puts `slot` into place `i` of the receiving vector. */
  #placeReceiver(i: number, slot: BatchSlot): void {
    slot.isReceiving = true
    this.#receiving[i] = slot
    slot.pointQuery(this.#receiveVector, i)
    this.#receiveVector.setDataLength(i, MAX_UDP_QUERY_OCTETS)
    this.#receiveVector.setLengths(i, this.#nameLength, this.#controlLength)
  }

  readonly #done = (context: QueryContext, send: boolean): void => {
    const query = context as BatchQuery
    const { slot } = query
    this.#pendingCount--
    slot.outLength = query.outLength
    // Its batch is sent before the next one is received, so that its memory may be received into again.
    if (slot === this.#current) slot.isReceiving = true
    else this.#queries.give(query)
    const isTooLong = send && slot.outLength > UDP_OUT_OCTETS
    if (isTooLong) this.counters.sendErrors++
    if (!send || isTooLong || this.#fd < 0) {
      this.#release(slot)
      return
    }
    if (this.#sender.add(slot)) this.#flush()
    else if (!this.#isDraining && !this.#isFlushPlanned) {
      this.#isFlushPlanned = true
      setImmediate(this.#flushPlanned)
    }
  }

  readonly #flushPlanned = (): void => {
    this.#isFlushPlanned = false
    this.#flush()
  }

  #flush(): void {
    this.#sender.flush(this.#fd)
  }

  #release(slot: BatchSlot): void {
    if (!slot.isReceiving) this.#slots.give(slot)
  }
}
