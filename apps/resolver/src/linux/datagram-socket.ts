/**
 * A datagram socket of our own on Linux, by way of koffi: what `dgram` has no call for (recvmmsg, sendmmsg, IP_PKTINFO).
 *
 * The only import of koffi. It is loaded when asked for, so that a machine without it still serves.
 */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseAddress } from '@weir/shared/dns/ip-address'
import { type Endpoint, isIPv6Endpoint } from '@weir/shared/environment'
import { fail, ok, type Result } from '@weir/shared/result'
import type Koffi from 'koffi'
import * as abi from './abi.ts'

type SystemCall = (...values: number[]) => number

/** The calls, once per thread. Pointers are plain numbers: user addresses have fewer than 53 bits. */
export interface LinuxCalls {
  readonly socket: SystemCall
  readonly setsockopt: SystemCall
  readonly getsockopt: SystemCall
  readonly bind: SystemCall
  readonly connect: SystemCall
  readonly getsockname: SystemCall
  readonly dup3: SystemCall
  readonly close: SystemCall
  readonly recvmmsg: SystemCall
  readonly sendmmsg: SystemCall
  readonly epoll_create1: SystemCall
  readonly epoll_ctl: SystemCall
  readonly epoll_wait: SystemCall
  /** What the C library has no function for: the call's number and four values (syscall(2)). */
  readonly syscall: SystemCall
  /** Gives the system what malloc holds but nobody uses; nothing where the C library has no such call (musl). */
  trimHeap(): void
  /** Code of the last failure: EAGAIN, EADDRINUSE … */
  errorCode(): string
  /** Where the memory lies; it must stay referenced while the kernel may use it. */
  addressOf(memory: ArrayBuffer): number
  /** Calls back whenever there is something to read, once per event-loop turn. */
  watch(fd: number, onReadable: () => void): { close(): void }
}

/** @returns the reason why batches are not possible here */
export async function loadLinuxCalls(): Promise<Result<LinuxCalls, string>> {
  if (process.platform !== 'linux') return fail(`the platform is ${process.platform}, not linux`)
  if (process.arch !== 'x64' && process.arch !== 'arm64') return fail(`the processor is ${process.arch}`)
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi
    return keepLoaded(koffi) ? ok(bindCalls(koffi)) : fail('koffi cannot be kept in memory')
  } catch (error) {
    return fail(`koffi does not load: ${String(error)}`)
  }
}

/**
 * Pins koffi's machine code in memory. Node unloads an addon with the last thread that uses it, while the handle that
 * `watch` made is closed a little later, by code that is gone then: a worker that fails would take the process along
 * (koffi 3.3.4).
 */
function keepLoaded(koffi: typeof Koffi): boolean {
  const path = / (\/.*\/koffi\.node)$/m.exec(readFileSync('/proc/self/maps', 'utf8'))?.[1]
  if (path === undefined) return false
  const dlopen = koffi.load(null).func('dlopen', 'uintptr_t', ['str', 'int'])
  return Number(dlopen(path, abi.RTLD_NOW | abi.RTLD_NODELETE)) !== 0
}

function bindCalls(koffi: typeof Koffi): LinuxCalls {
  const libc = koffi.load(null)
  // Some numbers have two names; of 11, the one in use here is EAGAIN.
  const codes = new Map(Object.entries(koffi.os.errno).map(([code, value]) => [value, code]))
  codes.set(koffi.os.errno['EAGAIN'] ?? -1, 'EAGAIN')
  const pointer = 'uintptr_t'
  const trim = optional(() => libc.func('malloc_trim', 'int', ['size_t']))
  return {
    socket: libc.func('socket', 'int', ['int', 'int', 'int']),
    setsockopt: libc.func('setsockopt', 'int', ['int', 'int', 'int', pointer, 'uint']),
    getsockopt: libc.func('getsockopt', 'int', ['int', 'int', 'int', pointer, pointer]),
    bind: libc.func('bind', 'int', ['int', pointer, 'uint']),
    connect: libc.func('connect', 'int', ['int', pointer, 'uint']),
    getsockname: libc.func('getsockname', 'int', ['int', pointer, pointer]),
    dup3: libc.func('dup3', 'int', ['int', 'int', 'int']),
    close: libc.func('close', 'int', ['int']),
    recvmmsg: libc.func('recvmmsg', 'int', ['int', pointer, 'uint', 'int', pointer]),
    sendmmsg: libc.func('sendmmsg', 'int', ['int', pointer, 'uint', 'int']),
    epoll_create1: libc.func('epoll_create1', 'int', ['int']),
    epoll_ctl: libc.func('epoll_ctl', 'int', ['int', 'int', 'int', pointer]),
    epoll_wait: libc.func('epoll_wait', 'int', ['int', pointer, 'int', 'int']),
    // Variable arguments go the same way as others on the processors that are let in.
    syscall: libc.func('syscall', 'long', ['long', 'long', pointer, 'long', 'long']),
    trimHeap: () => void trim(0),
    errorCode: () => codes.get(koffi.errno()) ?? `errno ${koffi.errno()}`,
    addressOf: (memory) => Number(koffi.address(memory)),
    watch: (fd, onReadable) => koffi.node.poll(fd, { readable: true }, onReadable),
  }
}

/** A function that this C library may lack: then one that does nothing. */
function optional(bind: () => SystemCall): SystemCall {
  try {
    return bind()
  } catch {
    return () => 0
  }
}

/** An open, bound, non-blocking socket. */
export interface BoundSocket {
  readonly fd: number
  readonly port: number
}

/** Scratch for option values and addresses; one call uses it at a time. */
const SCRATCH_OCTETS = 64
const LENGTH_AT = 32

export interface SocketOptions {
  /** Share the port with sockets of other threads (SO_REUSEPORT). */
  readonly isShared?: boolean
  /** Tell with each datagram where it was sent to. */
  readonly wantsPacketInfo?: boolean
  /** Octets that wait on either side; 0: as the system has it. */
  readonly bufferOctets?: number
  /** The only peer: others are not heard, and ICMP errors are told. */
  readonly peer?: Endpoint
}

/**
 * Opens a socket on `endpoint`. Its datagrams are never sent in fragments, which others could forge or lose (RFC 9715):
 * what the interface cannot take whole fails with EMSGSIZE.
 * @returns an Error with the system's `code` */
export function openSocket(
  calls: LinuxCalls,
  endpoint: Endpoint,
  { isShared = false, wantsPacketInfo = false, bufferOctets = 0, peer }: SocketOptions,
): Result<BoundSocket, Error> {
  const isV6 = isIPv6Endpoint(endpoint)
  const family = isV6 ? abi.AF_INET6 : abi.AF_INET
  const fd = ownedByThread(calls, calls.socket(family, abi.SOCK_DGRAM | abi.SOCK_NONBLOCK | abi.SOCK_CLOEXEC, 0))
  if (fd < 0) return fail(systemError(calls, 'socket'))
  const memory = new ArrayBuffer(SCRATCH_OCTETS)
  const view = new DataView(memory)
  const at = calls.addressOf(memory)
  const give = (error: Error): Result<BoundSocket, Error> => {
    closeSocket(fd)
    return fail(error)
  }
  const set: SetOption = (level, option, value) => {
    view.setInt32(0, value, true)
    return calls.setsockopt(fd, level, option, at, 4) === 0
  }
  if (isShared && !set(abi.SOL_SOCKET, abi.SO_REUSEPORT, 1)) return give(systemError(calls, 'SO_REUSEPORT'))
  if (isV6 && !set(abi.IPPROTO_IPV6, abi.IPV6_V6ONLY, 1)) return give(systemError(calls, 'IPV6_V6ONLY'))
  const discovery = isV6 ? abi.IPV6_MTU_DISCOVER : abi.IP_MTU_DISCOVER
  if (!set(isV6 ? abi.IPPROTO_IPV6 : abi.IPPROTO_IP, discovery, abi.PMTUDISC_PROBE))
    return give(systemError(calls, 'MTU_DISCOVER'))
  if (bufferOctets > 0) {
    growBuffer(set, abi.SO_RCVBUFFORCE, abi.SO_RCVBUF, bufferOctets)
    growBuffer(set, abi.SO_SNDBUFFORCE, abi.SO_SNDBUF, bufferOctets)
  }
  if (wantsPacketInfo) {
    const isSet = isV6 ? set(abi.IPPROTO_IPV6, abi.IPV6_RECVPKTINFO, 1) : set(abi.IPPROTO_IP, abi.IP_PKTINFO, 1)
    if (!isSet) return give(systemError(calls, 'PKTINFO'))
  }
  const length = writeSocketAddress(view, endpoint)
  if (calls.bind(fd, at, length) !== 0) return give(systemError(calls, 'bind'))
  view.setUint32(LENGTH_AT, length, true)
  if (calls.getsockname(fd, at, at + LENGTH_AT) !== 0) return give(systemError(calls, 'getsockname'))
  const port = view.getUint16(abi.SOCKADDR_PORT)
  if (peer && calls.connect(fd, at, writeSocketAddress(view, peer)) !== 0) return give(systemError(calls, 'connect'))
  return ok({ fd, port })
}

export const closeSocket = (fd: number): void => closeSync(fd)

/**
 * Moves a descriptor to one that Node closes with its thread, however that ends. A socket that stayed open
 * behind a dead worker would go on getting its share of the clients' queries (SO_REUSEPORT), and nobody would answer.
 * @returns the new descriptor, or -1
 */
export function ownedByThread(calls: LinuxCalls, socket: number): number {
  if (socket < 0) return socket
  let fd: number
  try {
    fd = openSync('/dev/null', 'r')
  } catch {
    calls.close(socket)
    return -1
  }
  const moved = calls.dup3(socket, fd, abi.O_CLOEXEC)
  calls.close(socket)
  if (moved < 0) closeSync(fd)
  return moved
}

type SetOption = (level: number, option: number, value: number) => boolean

/** With CAP_NET_ADMIN as large as wanted, else as large as net.core.rmem_max and wmem_max allow: less is no failure. */
function growBuffer(set: SetOption, forceOption: number, option: number, octets: number): void {
  if (!set(abi.SOL_SOCKET, forceOption, octets)) set(abi.SOL_SOCKET, option, octets)
}

/** @returns octets of the sockaddr */
function writeSocketAddress(view: DataView, { address, port }: Endpoint): number {
  const octets = parseAddress(address) ?? new Uint8Array(4)
  const isV6 = octets.length === 16
  new Uint8Array(view.buffer, 0, abi.SOCKADDR_IN6_OCTETS).fill(0)
  view.setUint16(0, isV6 ? abi.AF_INET6 : abi.AF_INET, true)
  view.setUint16(abi.SOCKADDR_PORT, port)
  new Uint8Array(view.buffer).set(octets, isV6 ? abi.SOCKADDR_IN6_ADDRESS : abi.SOCKADDR_IN_ADDRESS)
  return isV6 ? abi.SOCKADDR_IN6_OCTETS : abi.SOCKADDR_IN_OCTETS
}

/** What went wrong in the last call, with its `code`. */
export function systemError(calls: LinuxCalls, what: string): Error {
  const code = calls.errorCode()
  return Object.assign(new Error(`${what}: ${code}`), { code })
}
