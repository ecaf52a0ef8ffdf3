/**
 * What the parser reads from one query, without copying more than its question.
 *
 * One view lives as long as its slot: it is filled anew for each query, and nothing of it is allocated per query.
 */

/** RFC 1035 §2.3.4: a name has at most 255 octets on the wire, its final zero included. */
export const MAX_NAME_OCTETS = 255
/** 255 octets hold at most 127 labels of one octet each, and the root. */
export const MAX_LABELS = 128

export class QueryView {
  /** Header, RFC 1035 §4.1.1. */
  id = 0
  /** The 16 flag bits as they came: QR, OPCODE, AA, TC, RD, RA, Z, AD, CD, RCODE. */
  flags = 0

  /** QNAME as wire labels, ASCII letters lower-cased (RFC 4343), ending with the root's zero octet. */
  readonly qname = new Uint8Array(MAX_NAME_OCTETS)
  /** Octets of `qname` in use, 1…255; the same in the message, since a first name has nothing to point back to. */
  qnameLength = 0
  /** Offset in `qname` of each label's length octet, leftmost first; the root is not counted. */
  readonly labelOffsets = new Uint8Array(MAX_LABELS)
  labelCount = 0
  qtype = 0
  qclass = 0

  /** True when an OPT record came (RFC 6891); the fields below are zero otherwise. */
  hasOpt = false
  /** The client's UDP payload size, as sent. */
  payloadSize = 0
  dnssecOk = false
  ednsVersion = 0
  /** Offset and length of the option octets in the message; 0 long without any. */
  optionsOffset = 0
  optionsLength = 0
  /** Offset and length of what the first COOKIE option holds (RFC 7873 §4): 8 octets, or 16 to 40; 0 long without one. */
  cookieOffset = 0
  cookieLength = 0
  /** An edns-tcp-keepalive option came (RFC 7828): whoever asks wants to know how long a connection may be idle. */
  asksKeepalive = false
}
