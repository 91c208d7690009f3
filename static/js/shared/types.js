// The shapes that cross from the server to the scripts, and from one script to another. Comments only, nothing runs here.
/** @import { Card } from "../review/picture/card.js" */
export {};

/** @typedef {{riskLabel1?: string, riskLabel2?: string, riskLabel3?: string}} LabelPath */
/** @typedef {LabelPath & {levels?: string[], name?: string, riskLevel?: string, probability?: number, severity?: string,
 *   evidence?: string[]}} Label */
/** @typedef {LabelPath & {levels?: string[], code: string, name: string, key?: string | number}} Reason */
/** `location` is x1, y1, x2, y2 in pixels of the upright original.
 * @typedef {{id: string, kind: string, location?: number[], name?: string, probability?: number, clamped?: boolean,
 *   qrContent?: string, polygon?: number[], locatedBy?: string}} Evidence */
/** @typedef {{number?: number, url: string, previewUrl?: string}} Frame */
/** `state` is ready, pending, failed or unavailable; only a ready one has addresses. `nextTryAt` and `againUrl` are of one
 * that could not be fetched, `incomplete` of a file that was decoded in part.
 * @typedef {{state: string, why?: string, width: number, height: number, url?: string, previewUrl?: string,
 *   thumbnailUrl?: string, fullUrl?: string, blurredUrl?: string, nextTryAt?: string, againUrl?: string, incomplete?: boolean, frames?: number, frameUrls?: Frame[]}} TaskImage */
/** Offsets count code points.
 * @typedef {{text: string, spans: {start: number, end: number, kind: string, list?: string, evidence?: string[]}[],
 *   unresolved?: any[], length?: number, matches?: number, locating?: boolean}} TaskText */

/** A task as the server sends it (review/presentation/task_json.py). Times are ISO 8601.
 * @typedef {object} Task
 * @property {number} taskId
 * @property {string} requestId
 * @property {string} appId
 * @property {string} eventId
 * @property {string} queue its slug
 * @property {string} queueName
 * @property {number} [queueBlur] the least blur for people without a filter of their own
 * @property {string} leaseToken
 * @property {string | null} leasedUntil
 * @property {string} enteredAt
 * @property {string | null} dueAt
 * @property {{term: string, minutes: number, why?: string}[]} priority
 * @property {number} machineRevision
 * @property {LabelPath & {riskLevel: string}} result
 * @property {string[]} resultLevels
 * @property {Label[]} labels
 * @property {Evidence[]} evidence
 * @property {number} [evidenceTotal] how many boxes there are, where only the first are told; so with labels
 * @property {number} [labelsTotal]
 * @property {TaskText | null} text
 * @property {TaskImage} image
 * @property {Reason[]} reasons
 * @property {{name: string, values: {text: string, url?: string}[]}[]} [facts] what else was sent, in words
 * @property {any} subject
 * @property {any[]} seenBefore
 * @property {{text: string, by: string, at: string} | null} note
 * @property {CaseOrigin} [origin]
 * @property {Guideline | null} guideline
 * @property {number} decides how many cases one decision decides
 * @property {{right: string[], answer: string, why: string}} [lesson] in practice only
 */
/** @typedef {{url: string, version: number, title: string, anchor: string}} Guideline */
/** @typedef {{kind: string, by: string, at: string, note?: string,
 *   earlier?: {verdict: string, reason: string, by: string, at: string, note: string}}} CaseOrigin */

/** A task in the stage's buffer, with what is built to show it. `leasedUntil` and `leaseMs` are milliseconds of the
 * server's clock; `returning`: an undo is on its way, no token is known to be good.
 * @typedef {object} Entry
 * @property {Task} task
 * @property {Card | null} card
 * @property {Pages | null} pages
 * @property {number} leasedUntil
 * @property {number} leaseMs
 * @property {boolean} [returning]
 * @property {boolean} [seen] it was painted on the table
 * @property {any[]} [verdicts] what was said about single labels
 * @property {Changes} [changes]
 * @property {string} [note]
 * @property {string | null} [act] what was decided: pass, reject, escalate, …
 * @property {string} [said] the same as a sentence
 * @property {string} [reason]
 */
/** What a newer machine result changed.
 * @typedef {{labels: Map<string, {was?: number | null}>, gone: Label[], evidence: string[], text: boolean,
 *   suggestion: boolean}} Changes */
/** The panel's parts of one case; see buildPages.
 * @typedef {{changes: Changes | null, decides: number | null, verdicts: () => any[], suggests: boolean,
 *   suggestion: (Node | string)[], reasons: Node[], labels: Node[], level: string,
 *   text: {nodes: Node[], heading: string}, subject: Node[], facts: Node[], tokenId: string, cases: string,
 *   note: Task["note"], guideline: Guideline | null}} Pages */

/** What proves a lease to the server.
 * @typedef {{taskId: number, leaseToken: string}} LeaseKey */
/** A request for leases; `count` includes the first few we have, `without` are tasks not to be handed out.
 * @typedef {{queues: string[], count: number, without: number[]}} Refill */
/** What Leases renews and releases: the stage's TaskBuffer or the grid's PageBuffer.
 * @typedef {object} LeasedCases
 * @property {() => LeaseKey[]} leaseKeys
 * @property {(place: number) => number[]} behind
 * @property {(taskIds: number[], sentAt: number) => void} renewed
 * @property {boolean} isShort
 * @property {boolean} pending
 * @property {number} shortestLease
 */
/** @typedef {{taskId: number, machineRevision: number, decisionId: string}} SameSubjectCase */

/** Something on its way to the server. `kind` names its address in config.urls.
 * @typedef {object} OutboxItem
 * @property {string} kind
 * @property {number} [taskId]
 * @property {string} [leaseToken]
 * @property {string} [decisionId]
 * @property {string} [verdict]
 * @property {string} [reason] its code
 * @property {any[]} [labels]
 * @property {string} [note]
 * @property {number} [elapsedMs]
 * @property {number | null} [machineRevision] of the result that was judged
 * @property {string} [to] a colleague's e-mail address
 * @property {SameSubjectCase[] | null} [sameSubject]
 * @property {Record<string, any>} [body] what is posted, when it is not made of the rest
 * @property {string} [pageId] of a grid
 * @property {string} [queue]
 * @property {any} [label]
 * @property {any[]} [tiles]
 */
/** What became of one tile of a grid's page. `outcome` is decided, already-decided, lease-lost, not-for-grid or refused.
 * @typedef {{taskId: number, outcome: string, by?: string, verdict?: string, leasedBy?: string, why?: string,
 *   detail?: string}} TileOutcome */

/** How one picture is covered: `blur` from 0 (not at all) to 3.
 * @typedef {{blur: number, grayscale: boolean}} BlurSetting */
/** @typedef {BlurSetting & {categories?: Record<string, BlurSetting>}} BlurFilter */
/** @typedef {{filter: BlurFilter | null, default: BlurFilter, keys: Record<string, string[]>,
 *   letters: boolean}} Preferences */

/** What the server tells a page: see `config` of review/views/stage.py and grid.py.
 * @typedef {object} Config
 * @property {{id: number, assigns: boolean}} user
 * @property {Record<string, string>} urls by name
 * @property {string[]} queues slugs; none for all of one's queues
 * @property {number} leaseSeconds
 * @property {number} undoSeconds
 * @property {{decided: number, times: number[]}} [today]
 * @property {number[]} [tasks] to be shown first
 * @property {{done: string}} [practice]
 * @property {RunConfig} [run]
 * @property {boolean} [reasonRequired]
 * @property {Record<string, string>} categories canonical categories by alias
 * @property {Preferences} preferences
 */

/** One task of a run. `outcome` is empty while it waits for this person; `own`: they did it.
 * @typedef {{taskId: number, caseId: number, picture: boolean, outcome?: string, by?: string, verdict?: string,
 *   own?: boolean, act?: string, queueBlur?: number|null}} RunStop */
/** `back` is the list's path, `listed` how many cases it had, `picture` the address of the picture of case 0.
 * @typedef {{tasks: RunStop[], back: string, listed: number, picture: string}} RunConfig */

/** What is done for an act: `key` is the key or the button's argument; `down` is true and false for a key pressed and
 * let go, null for a click.
 * @typedef {Record<string, (event: any, key?: string, down?: boolean | null) => any>} Handlers */
