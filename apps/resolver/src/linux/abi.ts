/**
 * Linux's numbers and structures for datagram sockets, as they are on little-endian 64-bit machines (x86-64, arm64).
 *
 * Source: the kernel's include/uapi and include/linux/socket.h; recvmmsg(2), sendmmsg(2), ip(7), ipv6(7), cmsg(3).
 */

export const AF_INET = 2
export const AF_INET6 = 10
export const SOCK_DGRAM = 2
export const SOCK_NONBLOCK = 0o4000
export const SOCK_CLOEXEC = 0o2000000

export const SOL_SOCKET = 1
export const SO_SNDBUF = 7
export const SO_RCVBUF = 8
export const SO_REUSEPORT = 15
/**
 * What a socket holds, as 32-bit words (include/uapi/linux/sock_diag.h, SK_MEMINFO_…):
 * 0 octets that wait to be received, 1 room for them, …, 8 datagrams dropped because there was no room.
 */
export const SO_MEMINFO = 55
export const MEMINFO_OCTETS = 36
export const MEMINFO_RECEIVE_ROOM = 4
export const MEMINFO_DROPS = 32
/** Like SO_SNDBUF and SO_RCVBUF, past the system's limit; needs CAP_NET_ADMIN. */
export const SO_SNDBUFFORCE = 32
export const SO_RCVBUFFORCE = 33

export const IPPROTO_IP = 0
/** Option and control message: where a datagram was sent to. */
export const IP_PKTINFO = 8
/**
 * How large a datagram may be. PROBE: as the interface allows, never in fragments, and whatever ICMP says of the path; with
 * "don't fragment" set (ip(7); RFC 9715 R2).
 */
export const IP_MTU_DISCOVER = 10
export const IPV6_MTU_DISCOVER = 23
export const PMTUDISC_PROBE = 3
export const IPPROTO_IPV6 = 41
export const IPV6_V6ONLY = 26
export const IPV6_RECVPKTINFO = 49

export const MSG_DONTWAIT = 0x40
/** In msg_flags: the datagram was longer than the buffer. */
export const MSG_TRUNC = 0x20

/** Numbers of calls for syscall(2): arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h. */
export const SYS_SCHED_SETATTR = process.arch === 'x64' ? 314 : 274
export const SYS_SCHED_GETATTR = process.arch === 'x64' ? 315 : 275
/** `struct sched_attr` in its first version (include/uapi/linux/sched/types.h). */
export const SCHED_ATTR_OCTETS = 48
export const SCHED_ATTR_NICE = 16
export const SCHED_ATTR_RUNTIME = 24

/** epoll(7). The kernel packs `struct epoll_event { u32 events; u64 data }` on x86-64 alone. */
export const EPOLLIN = 1
export const EPOLL_CTL_ADD = 1
export const EPOLL_CTL_DEL = 2
export const EPOLL_CLOEXEC = 0o2000000
export const EPOLL_EVENT_OCTETS = process.arch === 'x64' ? 12 : 16
export const EPOLL_EVENT_DATA = process.arch === 'x64' ? 4 : 8

/** dup3(2) */
export const O_CLOEXEC = 0o2000000
/** dlopen(3) */
export const RTLD_NOW = 2
export const RTLD_NODELETE = 0x1000

/**
 * ```
 * struct mmsghdr, 64 octets:
 *    0 msg_name *      8 msg_namelen u32   16 msg_iov *   24 msg_iovlen u64
 *   32 msg_control *  40 msg_controllen u64  48 msg_flags i32   56 msg_len u32
 * struct iovec, 16 octets:
 *    0 iov_base *      8 iov_len u64
 * ```
 */
export const MMSGHDR_OCTETS = 64
export const IOVEC_OCTETS = 16

/**
 * ```
 * struct sockaddr_in, 16 octets:   0 family u16  2 port be16  4 address
 * struct sockaddr_in6, 28 octets:  0 family u16  2 port be16  4 flow info  8 address  24 scope u32
 * ```
 */
export const SOCKADDR_IN_OCTETS = 16
export const SOCKADDR_IN6_OCTETS = 28
export const SOCKADDR_PORT = 2
export const SOCKADDR_IN_ADDRESS = 4
export const SOCKADDR_IN6_ADDRESS = 8

/**
 * ```
 * struct cmsghdr:      0 len u64  8 level i32  12 type i32  16 data
 * struct in_pktinfo:   0 interface i32  4 local address to send from  8 destination in the header      (12 octets)
 * struct in6_pktinfo:  0 address  16 interface u32                                                      (20 octets)
 * ```
 */
const CMSG_DATA = 16
/** CMSG_SPACE of in_pktinfo and of in6_pktinfo: data is padded to 8 octets. */
export const PKTINFO_SPACE = 32
export const PKTINFO6_SPACE = 40
export const PKTINFO_INTERFACE = CMSG_DATA
export const PKTINFO6_ADDRESS = CMSG_DATA
export const PKTINFO6_INTERFACE = CMSG_DATA + 16
