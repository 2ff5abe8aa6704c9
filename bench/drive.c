/* drive: the load of the benchmark, as customers and agents speaking the public protocol.
 *
 * One thread on one core, so that the other core is the server's alone and the driver's own
 * cost can be told from it. Each pair is a customer and the agent who holds their chat, two
 * WebSockets. The way into the chat is the protocol's own: agents say hello and become
 * available, customers say hello and start a chat, the server gives each an agent.
 *
 * A message is complete when its sender has the `ok` and the other side has the event. Every
 * `ok` and event is checked as it comes: the right message, `seq` one above the last, `prev`
 * the last. The first fault ends the run with status 1 and a sentence on standard error.
 *
 * With `--watchers` a supervisor listens in on each chat, and is to see every message of it.
 *
 * `--relay` drives the yardstick (bench/relay.py) and its like instead: the same frames, no hello,
 * no `seq`. `--socketio` drives those that speak socket.io, the same frames as its packets.
 * `--idle N` opens N customers who say hello and nothing else, prints `ready` and the seconds that
 * it took, and holds them until standard input ends.
 * `--storm N` does the same, and brings back whoever loses the connection, as the same visitor: a
 * try a second, without a pause that grows. Once all of them are back it says when.
 *
 * The result is one JSON object on standard output.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
    FRAME = 189,           /* bytes of a message.send frame's payload */
    OPENING_AT_ONCE = 32,  /* connections on their way in at the same time */
    IN_FLIGHT_MAX = 64,    /* messages of one side not yet complete; a power of two */
    SETUP_MAX_S = 180,
    DRAIN_MAX_S = 15,
    RETRY_MS = 1000,       /* from one try to come back to the next */
    TRY_MAX_MS = 10000,    /* after which a try is given up */
    PIDS_MAX = 64,
    MESSAGE_MAX = 1 << 20, /* bytes of one frame from the server */
};
static const int64_t SECOND = 1000000000;
static const double LINGER_S = 0.3; /* after the last message: does anything come that should not? */

enum side { CUSTOMER, AGENT, WATCHER };
enum step { CONNECTING, UPGRADING, GREETING, SETTING_PRESENCE, STARTING, WATCHING, WAITING, READY, LOST };
enum phase { SETUP, HELD, WARM_UP, MEASURED, DRAINING, LINGERING, FINISHED };

struct flight {
    int64_t since;
    char id[37];
};

/* One WebSocket. `sent`, `acknowledged`, `arrived`, `complete` count this side's messages of the load. */
struct conn {
    int fd, pair;
    enum side side;
    enum step step;
    struct conn *peer;
    char chat[65];
    char id[37]; /* of the command that is answered next, until the load begins */
    uint64_t seq;
    uint64_t sent, acknowledged, arrived, complete;
    struct flight *flights;
    char *in;
    size_t in_len, in_cap;
    char *token, *visitor; /* of the first hello, to come back by */
    int64_t tried, back;   /* when this try began, and when one succeeded */
};

struct span {
    const char *p;
    size_t n;
};

static struct {
    int port, pairs, idle, window, core;
    int pids[PIDS_MAX], pid_count;
    double rate, seconds, warm_up;
    const char *tokens, *watchers, *team;
    bool relay, socketio, storm;
} opt = {.window = 1, .core = -1, .seconds = 5, .warm_up = 1, .team = "media"};

static int epoll, timer;
static struct conn *conns;
static int conn_count, opened, open_limit, opening, agents_ready, ready;
static char **bearer;
static enum phase phase = SETUP;
static int64_t phase_ends, setup_began, load_began;
static uint64_t scheduled, sent, complete, acknowledgements, events, watched, first_messages;
static uint32_t *latencies;
static size_t latency_count, latency_cap;

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("drive: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static void *must_alloc(void *old, size_t size) {
    void *p = realloc(old, size);
    if (p == NULL) fail("out of memory: %zu bytes", size);
    return p;
}

static uint64_t random_bits(void) { /* xorshift64*: mask keys and ids need to differ, not to be secret */
    static uint64_t state;
    if (state == 0) state = (uint64_t)now_ns() * 0x9E3779B97F4A7C15ull | 1;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545F4914F6CDD1Dull;
}

static void new_id(char out[37]) { /* UUIDv7, as real clients send: rising ids are what an index likes */
    static const char digits[] = "0123456789abcdef";
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    uint64_t ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
    uint64_t high = ms << 16 | 0x7000 | random_bits() >> 52;
    uint64_t low = 0x8000000000000000ull | random_bits() >> 2;
    int at = 0;
    for (int i = 60; i >= 0; i -= 4) {
        if (at == 8 || at == 13) out[at++] = '-';
        out[at++] = digits[high >> i & 15];
    }
    out[at++] = '-';
    for (int i = 60; i >= 0; i -= 4) {
        if (at == 23) out[at++] = '-';
        out[at++] = digits[low >> i & 15];
    }
    out[at] = 0;
}

/* -- what was used ------------------------------------------------------------------------------ */

struct usage {
    int64_t at;
    double server_s, driver_s, machine_s; /* CPU seconds so far; the machine's are all that was not idle */
    uint64_t complete;
};

/* With the time of its ended children, or 0 if the process is gone. */
static double process_cpu_s(int pid) {
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *f = fopen(path, "r");
    char *there = f == NULL ? NULL : fgets(line, sizeof line, f);
    if (f != NULL) fclose(f);
    if (there == NULL) return 0;
    char *p = strrchr(line, ')');
    unsigned long user, system;
    long ended_user, ended_system;
    if (p == NULL || sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &user, &system,
                            &ended_user, &ended_system) != 4)
        fail("%s cannot be read", path);
    return (double)((long)(user + system) + ended_user + ended_system) / (double)sysconf(_SC_CLK_TCK);
}

/* A process and its children, also those that began after the driver. */
static double tree_cpu_s(int pid) {
    char path[64];
    double sum = process_cpu_s(pid);
    if (sum == 0) fail("the server, process %d, is gone", pid);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    FILE *f = fopen(path, "r");
    int child;
    while (f != NULL && fscanf(f, "%d", &child) == 1) sum += process_cpu_s(child);
    if (f != NULL) fclose(f);
    return sum;
}

static double server_cpu_s(void) {
    double sum = 0;
    for (int i = 0; i < opt.pid_count; i++) sum += tree_cpu_s(opt.pids[i]);
    return sum;
}

static double machine_cpu_s(void) {
    unsigned long long user, nice, system, idle, wait, irq, softirq;
    FILE *f = fopen("/proc/stat", "r");
    if (f == NULL || fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle, &wait, &irq,
                            &softirq) != 7)
        fail("/proc/stat cannot be read");
    fclose(f);
    return (double)(user + nice + system + irq + softirq) / (double)sysconf(_SC_CLK_TCK);
}

static struct usage usage_now(void) {
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    double driver = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
                    (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6;
    return (struct usage){now_ns(), server_cpu_s(), driver, machine_cpu_s(), complete};
}

static struct usage began, ended;

/* -- JSON: the fields of a frame's top level, wherever they stand -------------------------------- */

struct frame {
    struct span type, id, chat, seq, prev, text, code, message, token, visitor;
};

/* `p` stands after the opening quote; gives the closing one. */
static const char *skip_string(const char *p, const char *end) {
    while (p < end && *p != '"') p += *p == '\\' ? 2 : 1;
    return p < end ? p : NULL;
}

static const char *skip_value(const char *p, const char *end) {
    int depth = 0;
    for (; p < end; p++) {
        if (*p == '"') {
            if ((p = skip_string(p + 1, end)) == NULL) return NULL;
        } else if (*p == '{' || *p == '[') {
            depth++;
        } else if (*p == '}' || *p == ']') {
            if (depth-- == 0) return p;
        } else if (*p == ',' && depth == 0) {
            return p;
        }
    }
    return NULL;
}

static bool is(struct span s, const char *word) { return s.n == strlen(word) && memcmp(s.p, word, s.n) == 0; }

static uint64_t number(struct span s) {
    uint64_t n = 0;
    for (size_t i = 0; i < s.n && isdigit((unsigned char)s.p[i]); i++) n = n * 10 + (uint64_t)(s.p[i] - '0');
    return n;
}

static bool scan(const char *p, size_t n, struct frame *f) {
    const char *end = p + n;
    memset(f, 0, sizeof *f);
    if (n < 2 || *p != '{') return false;
    for (p++; p < end && *p != '}';) {
        while (p < end && (*p == ',' || *p == ' ')) p++;
        if (p >= end || *p != '"') return false;
        struct span key = {p + 1, 0}, value;
        if ((p = skip_string(p + 1, end)) == NULL) return false;
        key.n = (size_t)(p - key.p);
        for (p++; p < end && (*p == ':' || *p == ' '); p++) {
        }
        value.p = p;
        if ((p = skip_value(p, end)) == NULL) return false;
        value.n = (size_t)(p - value.p);
        if (value.n >= 2 && *value.p == '"') value = (struct span){value.p + 1, value.n - 2};
        if (is(key, "type")) f->type = value;
        else if (is(key, "id")) f->id = value;
        else if (is(key, "chat")) f->chat = value;
        else if (is(key, "seq")) f->seq = value;
        else if (is(key, "prev")) f->prev = value;
        else if (is(key, "text")) f->text = value;
        else if (is(key, "code")) f->code = value;
        else if (is(key, "message")) f->message = value;
        else if (is(key, "token")) f->token = value;
        else if (is(key, "visitor")) f->visitor = value;
    }
    return f->type.n > 0;
}

/* -- out ----------------------------------------------------------------------------------------- */

static const char *who(const struct conn *c) {
    static char name[64];
    static const char *const sides[] = {"customer", "agent", "watcher"};
    snprintf(name, sizeof name, "%s %d", sides[c->side], c->pair);
    return name;
}

static void lose(struct conn *c);

static void put(struct conn *c, const void *bytes, size_t n) {
    ssize_t done = send(c->fd, bytes, n, MSG_NOSIGNAL);
    if (opt.storm && done < 0) {
        lose(c);
        return;
    }
    if (done != (ssize_t)n) fail("%s: the server does not read: %s", who(c), done < 0 ? strerror(errno) : "no room");
}

static void put_frame(struct conn *c, int opcode, const char *payload, size_t n) {
    unsigned char out[4 + 4 + 1024], *p = out;
    if (n > 1024) fail("a frame of %zu bytes is not one of ours", n);
    *p++ = (unsigned char)(0x80 | opcode);
    if (n < 126) {
        *p++ = (unsigned char)(0x80 | n);
    } else {
        *p++ = 0x80 | 126;
        *p++ = (unsigned char)(n >> 8);
        *p++ = (unsigned char)n;
    }
    uint32_t key = (uint32_t)random_bits();
    unsigned char mask[4];
    memcpy(mask, &key, 4);
    memcpy(p, mask, 4);
    p += 4;
    for (size_t i = 0; i < n; i++) p[i] = (unsigned char)payload[i] ^ mask[i & 3];
    put(c, out, (size_t)(p - out) + n);
}

__attribute__((format(printf, 2, 3))) static void command(struct conn *c, const char *format, ...) {
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    put_frame(c, 1, text, (size_t)n);
}

/* -- in, one connection after another -------------------------------------------------------------- */

static void begin_load(void);

static void connect_it(struct conn *c) {
    c->step = CONNECTING;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) fail("no further socket: %s (raise `ulimit -n`)", strerror(errno));
    int on = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
        if (!opt.storm) fail("127.0.0.1:%d: %s", opt.port, strerror(errno));
        lose(c);
        return;
    }
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void open_next(void) {
    while (opened < open_limit && opening < OPENING_AT_ONCE) {
        opening++;
        connect_it(&conns[opened++]);
    }
}

static void settled(void) {
    opening--;
    open_next();
}

static void upgrade(struct conn *c) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0 && opt.storm) {
        lose(c);
        return;
    }
    if (error != 0) fail("%s: cannot connect to 127.0.0.1:%d: %s", who(c), opt.port, strerror(error));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
    char path[128], authorization[512] = "", request[1024];
    if (opt.socketio)
        snprintf(path, sizeof path, "/socket.io/?EIO=4&transport=websocket&pair=%d&side=%d", c->pair, c->side);
    else if (opt.relay) snprintf(path, sizeof path, "/relay/%d/%d", c->pair, c->side);
    else snprintf(path, sizeof path, c->side == CUSTOMER ? "/ws/customer" : "/ws/staff");
    if (!opt.relay && c->side != CUSTOMER)
        snprintf(authorization, sizeof authorization, "Authorization: Bearer %s\r\n",
                 bearer[c->side == AGENT ? c->pair : opt.pairs + c->pair]);
    int n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                     "Sec-WebSocket-Protocol: switchboard.v1\r\n%s\r\n",
                     path, opt.port, authorization);
    c->step = UPGRADING;
    put(c, request, (size_t)n);
}

static void tell_of_the_storm(void);

/* One more connection has nothing left to do before the load begins; after the last one, it does. */
static void in_place(struct conn *c) {
    c->step = READY;
    if (phase == HELD) {
        c->back = now_ns();
        if (++ready == conn_count) tell_of_the_storm();
        return;
    }
    if (opt.idle || opt.relay) settled();
    if (++ready == 2 * opt.pairs && opt.watchers) { /* each chat has its number by now */
        open_limit = conn_count;
        open_next();
    }
    if (ready < conn_count) return;
    if (opt.idle == 0) {
        begin_load();
        return;
    }
    phase = HELD;
    phase_ends = INT64_MAX; /* for as long as whoever started this wants */
    printf("ready %.3f\n", (double)(now_ns() - setup_began) / 1e9);
    fflush(stdout);
}

static void upgraded(struct conn *c) {
    if (opt.relay) { /* the yardstick has no hello and no chats: a pair is a path */
        snprintf(c->chat, sizeof c->chat, "00000000-0000-7000-8000-%012d", c->pair);
        c->step = GREETING;
        if (!opt.socketio) in_place(c);
        return;
    }
    c->step = GREETING;
    new_id(c->id);
    if (c->token) command(c, "{\"type\":\"hello\",\"id\":\"%s\",\"token\":\"%s\"}", c->id, c->token);
    else command(c, "{\"type\":\"hello\",\"id\":\"%s\"}", c->id);
}

/* Who comes back must be known, or what they said before is not theirs any more. */
static void recognized(struct conn *c, const struct frame *f) {
    if (c->visitor == NULL) {
        c->visitor = strndup(f->visitor.p, f->visitor.n);
        c->token = strndup(f->token.p, f->token.n);
    } else if (!is(f->visitor, c->visitor)) {
        fail("%s: came back as %.*s, not as %s", who(c), (int)f->visitor.n, f->visitor.p, c->visitor);
    }
}

/* The `ok` to a step on the way into the chat: take the next one. */
static void answered(struct conn *c, const struct frame *f) {
    if (!is(f->id, c->id)) fail("%s: an ok to %.*s, not to %s", who(c), (int)f->id.n, f->id.p, c->id);
    switch (c->step) {
        case GREETING:
            if (opt.idle) {
                if (opt.storm) recognized(c, f);
                in_place(c);
                return;
            }
            settled();
            new_id(c->id);
            if (c->side == WATCHER) {
                struct conn *customer = &conns[opt.pairs + c->pair];
                c->step = WATCHING;
                c->seq = customer->seq;
                strcpy(c->chat, customer->chat);
                command(c, "{\"type\":\"chat.watch\",\"id\":\"%s\",\"chat\":\"%s\",\"after\":%llu}", c->id,
                        c->chat, (unsigned long long)c->seq);
            } else if (c->side == AGENT) {
                c->step = SETTING_PRESENCE;
                command(c, "{\"type\":\"presence.set\",\"id\":\"%s\",\"status\":\"available\",\"capacity\":1}",
                        c->id);
            } else {
                c->step = STARTING;
                command(c, "{\"type\":\"chat.start\",\"id\":\"%s\",\"team\":\"%s\",\"text\":\"Good morning\"}",
                        c->id, opt.team);
            }
            return;
        case SETTING_PRESENCE:
            c->step = WAITING;
            if (++agents_ready == opt.pairs) { /* customers come once every agent is there, and each finds one */
                open_limit = 2 * opt.pairs;
                open_next();
            }
            return;
        case WATCHING:
            in_place(c);
            return;
        case STARTING:
            c->step = WAITING;
            snprintf(c->chat, sizeof c->chat, "%.*s", (int)f->chat.n, f->chat.p);
            c->seq = number(f->seq);
            first_messages++;
            return;
        default:
            fail("%s: an ok that nothing asked for", who(c));
    }
}

/* -- the load -------------------------------------------------------------------------------------- */

static void text_of(const struct conn *sender, uint64_t n, char out[17]) {
    char side = sender->side == AGENT ? 'a' : 'c';
    snprintf(out, 17, "%05u%c%010u", (unsigned)sender->pair % 100000u, side, (unsigned)n);
}

static void send_message(struct conn *c, int64_t since) {
    char text[17], frame[FRAME + 1];
    if (c->sent - c->complete == IN_FLIGHT_MAX)
        fail("%s: %d messages are not complete: the server does not keep up", who(c), IN_FLIGHT_MAX);
    struct flight *flight = &c->flights[c->sent % IN_FLIGHT_MAX];
    new_id(flight->id);
    flight->since = since;
    text_of(c, c->sent, text);
    int n = snprintf(frame, sizeof frame, "{\"type\":\"message.send\",\"id\":\"%s\",\"chat\":\"%s\",\"text\":\"%s",
                     flight->id, c->chat, text);
    memset(frame + n, '.', (size_t)(FRAME - 2 - n));
    memcpy(frame + FRAME - 2, "\"}", 2);
    if (opt.socketio) { /* an event that asks for an acknowledgement, by its number */
        char packet[FRAME + 64];
        n = snprintf(packet, sizeof packet, "42%llu[\"message\",%.*s]", (unsigned long long)c->sent, FRAME, frame);
        put_frame(c, 1, packet, (size_t)n);
    } else {
        put_frame(c, 1, frame, FRAME);
    }
    c->sent++;
    sent++;
}

/* Customer and agent take turns. The second half of `conns` are the customers, in the order of the pairs. */
static void next_message(int pair, int64_t since) {
    struct conn *customer = &conns[opt.pairs + pair], *agent = customer->peer;
    send_message(customer->sent <= agent->sent ? customer : agent, since);
}

static void keep_latency(int64_t took) {
    if (latency_count == latency_cap) {
        latency_cap = latency_cap ? 2 * latency_cap : 1 << 16;
        latencies = must_alloc(latencies, latency_cap * sizeof *latencies);
    }
    latencies[latency_count++] = (uint32_t)(took / 1000);
}

static void completed(struct conn *sender) {
    while (sender->complete < sender->acknowledged && sender->complete < sender->arrived) {
        int64_t now = now_ns();
        int64_t took = now - sender->flights[sender->complete % IN_FLIGHT_MAX].since;
        sender->complete++;
        complete++;
        if (phase == MEASURED) keep_latency(took);
        if (opt.rate == 0 && phase < DRAINING) next_message(sender->pair, now);
    }
}

static void acknowledged(struct conn *c, const struct frame *f) {
    if (c->acknowledged == c->sent) fail("%s: an ok to no message", who(c));
    const char *id = c->flights[c->acknowledged % IN_FLIGHT_MAX].id;
    if (!opt.relay && !is(f->id, id))
        fail("%s: an ok to %.*s where the one to %s was due", who(c), (int)f->id.n, f->id.p, id);
    c->acknowledged++;
    acknowledgements++;
    completed(c);
}

static void arrived(struct conn *c, const struct frame *f) {
    if (c->side == WATCHER) {
        watched++;
        return;
    }
    struct conn *sender = c->peer;
    char text[17];
    text_of(sender, sender->arrived, text);
    if (sender->arrived == sender->sent || f->text.n < 16 || memcmp(f->text.p, text, 16) != 0)
        fail("%s: \"%.*s\" where \"%s\" was due", who(c), (int)f->text.n, f->text.p, text);
    sender->arrived++;
    events++;
    completed(sender);
}

/* A durable event, or the `ok` in its place: it must follow the last one that this side saw. */
static void in_order(struct conn *c, const struct frame *f) {
    uint64_t seq = number(f->seq);
    if (c->chat[0] == 0) snprintf(c->chat, sizeof c->chat, "%.*s", (int)f->chat.n, f->chat.p);
    if (!is(f->chat, c->chat)) fail("%s: an event of chat %.*s in %s", who(c), (int)f->chat.n, f->chat.p, c->chat);
    if (seq != c->seq + 1 || (f->prev.n > 0 && number(f->prev) != c->seq))
        fail("%s: order broken: seq %llu, prev %.*s after seq %llu", who(c), (unsigned long long)seq, (int)f->prev.n,
             f->prev.n ? f->prev.p : "", (unsigned long long)c->seq);
    c->seq = seq;
}

/* engine.io's and socket.io's packets: open, ping, connected, event, acknowledgement. */
static void on_packet(struct conn *c, const char *text, size_t n) {
    struct frame f;
    const char *object = memchr(text, '{', n);
    if (n >= 1 && *text == '0') {
        put_frame(c, 1, "40", 2);
    } else if (n == 1 && *text == '2') {
        put_frame(c, 1, "3", 1);
    } else if (n >= 2 && memcmp(text, "43", 2) == 0) {
        if (number((struct span){text + 2, n - 2}) != c->acknowledged)
            fail("%s: the acknowledgement %.*s where %llu was due", who(c), (int)n, text,
                 (unsigned long long)c->acknowledged);
        acknowledged(c, NULL);
    } else if (n > 10 && memcmp(text, "42[\"ready\"", 10) == 0) {
        in_place(c);
    } else if (n >= 2 && memcmp(text, "42", 2) == 0 && object && scan(object, (size_t)(text + n - object), &f)) {
        arrived(c, &f);
    } else if (n < 2 || memcmp(text, "40", 2) != 0) {
        fail("%s: not a packet that was due: %.*s", who(c), (int)(n < 200 ? n : 200), text);
    }
}

static void on_text(struct conn *c, const char *text, size_t n) {
    struct frame f;
    if (opt.socketio) {
        on_packet(c, text, n);
        return;
    }
    if (!scan(text, n, &f)) fail("%s: not a frame of the protocol: %.*s", who(c), (int)(n < 200 ? n : 200), text);
    if (is(f.type, "error"))
        fail("%s: refused with %.*s: %.*s", who(c), (int)f.code.n, f.code.p, (int)f.message.n, f.message.p);
    if (is(f.type, "ok")) {
        if (phase <= HELD) {
            answered(c, &f);
        } else {
            if (!opt.relay) in_order(c, &f);
            acknowledged(c, &f);
        }
    } else if (opt.relay) {
        arrived(c, &f);
    } else if (f.seq.n > 0) {
        in_order(c, &f);
        if (phase == SETUP && is(f.type, "chat.assigned")) in_place(c);
        if (phase != SETUP && is(f.type, "message")) arrived(c, &f);
    } else if (is(f.type, "bye") && !opt.storm) {
        fail("%s: the server says bye: %.*s", who(c), (int)n, text);
    }
}

/* -- a storm: those who lost the connection come back, each a second after it last tried ---------------- */

static int64_t first_lost, last_lost;
static uint64_t tries;

static void lose(struct conn *c) {
    if (c->step == LOST) return;
    if (phase != HELD) fail("%s: lost before all were there", who(c));
    int64_t now = now_ns();
    if (c->step == READY) {
        ready--;
        if (first_lost == 0) first_lost = now;
        last_lost = c->tried = now;
    }
    close(c->fd);
    c->in_len = 0;
    c->step = LOST;
}

static void bring_back(int64_t now) {
    for (int i = 0; i < conn_count; i++) {
        struct conn *c = &conns[i];
        if (c->step != READY && c->step != LOST && now - c->tried >= TRY_MAX_MS * (SECOND / 1000)) lose(c);
        if (c->step != LOST || now - c->tried < RETRY_MS * (SECOND / 1000)) continue;
        tries++;
        c->tried = now;
        connect_it(c);
    }
}

static int earlier(const void *a, const void *b) {
    int64_t x = ((const struct conn *)a)->back, y = ((const struct conn *)b)->back;
    return (x > y) - (x < y);
}

/* Moments of the monotonic clock, which whoever restarted the server reads as well. */
static void tell_of_the_storm(void) {
    struct conn *ranked = must_alloc(NULL, (size_t)conn_count * sizeof *ranked);
    memcpy(ranked, conns, (size_t)conn_count * sizeof *ranked);
    qsort(ranked, (size_t)conn_count, sizeof *ranked, earlier);
    printf("{\"clients\": %d, \"tries\": %llu, ", conn_count, (unsigned long long)tries);
    printf("\"first_lost_at\": %.3f, \"last_lost_at\": %.3f, ", (double)first_lost / 1e9, (double)last_lost / 1e9);
    printf("\"half_back_at\": %.3f, ", (double)ranked[conn_count / 2].back / 1e9);
    printf("\"all_back_at\": %.3f}\n", (double)ranked[conn_count - 1].back / 1e9);
    fflush(stdout);
    free(ranked);
}

static void begin(enum phase next, double seconds) {
    phase = next;
    phase_ends = now_ns() + (int64_t)(seconds * 1e9);
}

static void begin_load(void) {
    for (int i = 0; i < opt.pairs; i++) { /* agents got their chats in an order of the server's */
        struct conn *customer = &conns[opt.pairs + i], *agent = NULL;
        for (int j = 0; j < opt.pairs && agent == NULL; j++)
            if (strcmp(conns[j].chat, customer->chat) == 0) agent = &conns[j];
        if (agent == NULL || agent->peer != NULL)
            fail("%s: no agent of its own has chat %s", who(customer), customer->chat);
        agent->pair = customer->pair;
        agent->peer = customer;
        customer->peer = agent;
        for (int side = 0; side < 2; side++) {
            struct conn *c = side ? agent : customer;
            c->flights = must_alloc(NULL, IN_FLIGHT_MAX * sizeof *c->flights);
        }
        size_t room = FRAME - strlen("{'type':'message.send','id':'','chat':'','text':''}") - 36;
        if (strlen(customer->chat) + 16 > room)
            fail("chat id %s leaves no room for a text in %d bytes", customer->chat, FRAME);
    }
    begin(WARM_UP, opt.warm_up);
    load_began = now_ns();
    if (opt.rate == 0)
        for (int i = 0; i < opt.pairs * opt.window; i++) next_message(i % opt.pairs, now_ns());
}

/* -- WebSocket, from the server: whole text frames, pings, close ------------------------------------ */

static size_t take_frame(struct conn *c, const unsigned char *p, size_t n) {
    if (n < 2) return 0;
    size_t head = 2, size = p[1] & 0x7f;
    if (size == 126) {
        if (n < 4) return 0;
        size = (size_t)p[2] << 8 | p[3];
        head = 4;
    } else if (size == 127) {
        if (n < 10) return 0;
        size = 0;
        for (int i = 2; i < 10; i++) size = size << 8 | p[i];
        head = 10;
    }
    if (p[1] & 0x80 || !(p[0] & 0x80) || size > MESSAGE_MAX)
        fail("%s: a frame with head %02x %02x and %zu bytes", who(c), p[0], p[1], size);
    if (n < head + size) return 0;
    const char *payload = (const char *)p + head;
    switch (p[0] & 0x0f) {
        case 1:
            on_text(c, payload, size);
            break;
        case 8:
            if (opt.storm) {
                put_frame(c, 8, payload, size < 2 ? size : 2);
                lose(c);
                return head + size;
            }
            fail("%s: closed with %d %.*s", who(c), size >= 2 ? p[head] << 8 | p[head + 1] : 1005,
                 size > 2 ? (int)size - 2 : 0, payload + 2);
        case 9:
            put_frame(c, 10, payload, size);
            break;
        case 10:
            break;
        default:
            fail("%s: a frame with opcode %d", who(c), p[0] & 0x0f);
    }
    return head + size;
}

static void readable(struct conn *c) {
    if (c->in_cap - c->in_len < 4096) c->in = must_alloc(c->in, c->in_cap = 2 * c->in_cap + 8192);
    ssize_t got = recv(c->fd, c->in + c->in_len, c->in_cap - c->in_len, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0 && opt.storm) {
        lose(c);
        return;
    }
    if (got <= 0) fail("%s: the server hung up%s%s", who(c), got < 0 ? ": " : "", got < 0 ? strerror(errno) : "");
    c->in_len += (size_t)got;
    size_t at = 0, taken;
    if (c->step == UPGRADING) {
        char *end = memmem(c->in, c->in_len, "\r\n\r\n", 4);
        if (end == NULL) return;
        *end = 0;
        if (strncmp(c->in, "HTTP/1.1 101", 12) != 0 ||
            strcasestr(c->in, "\nsec-websocket-protocol: switchboard.v1") == NULL)
            fail("%s: no upgrade: %s", who(c), c->in);
        at = (size_t)(end + 4 - c->in);
        upgraded(c);
    }
    while (c->step != LOST && (taken = take_frame(c, (unsigned char *)c->in + at, c->in_len - at)) > 0) at += taken;
    if (c->step == LOST) return;
    memmove(c->in, c->in + at, c->in_len - at);
    c->in_len -= at;
}

/* -- time -------------------------------------------------------------------------------------------- */

static int64_t due(uint64_t n) { return load_began + (int64_t)((double)n * 1e9 / (opt.rate * opt.pairs)); }

/* Do what is due and set the timer to what is due next. */
static void tick(void) {
    static int64_t armed;
    int64_t now = now_ns();
    if (opt.rate > 0 && (phase == WARM_UP || phase == MEASURED)) /* timed from when it was due, not from when it went */
        for (; due(scheduled) <= now; scheduled++)
            next_message((int)(scheduled % (uint64_t)opt.pairs), due(scheduled));
    if (phase == HELD && opt.storm) bring_back(now);
    if (phase == MEASURED && now >= phase_ends) {
        ended = usage_now();
        begin(DRAINING, DRAIN_MAX_S);
    }
    /* At a low rate nothing may be under way when the measuring ends, and then no frame would wake this up. */
    if (phase == DRAINING && complete == sent && (opt.watchers == NULL || watched == sent))
        begin(LINGERING, LINGER_S);
    if (now >= phase_ends) switch (phase) {
            case SETUP:
                fail("not all in place after %d s: of %d connections %d opened, %d agents available, %d in place",
                     SETUP_MAX_S, conn_count, opened, agents_ready, ready);
            case WARM_UP:
                began = usage_now();
                begin(MEASURED, opt.seconds);
                break;
            case DRAINING:
                fail("%llu messages of %llu were not complete after %d s, %llu seen by watchers",
                     (unsigned long long)(sent - complete), (unsigned long long)sent, DRAIN_MAX_S,
                     (unsigned long long)watched);
            default:
                phase = FINISHED;
                return;
        }
    int64_t next = phase_ends;
    if (phase == HELD && opt.storm) next = now + 20 * (SECOND / 1000);
    if (opt.rate > 0 && (phase == WARM_UP || phase == MEASURED) && due(scheduled) < next) next = due(scheduled);
    if (next == armed) return;
    armed = next;
    struct itimerspec at = {.it_value = {next / SECOND, next % SECOND}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static int rising(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double percentile_ms(double share) {
    if (latency_count == 0) return 0;
    return latencies[(size_t)(share * (double)(latency_count - 1))] / 1000.0;
}

static void report(void) {
    double wall = (double)(ended.at - began.at) / 1e9;
    double server = ended.server_s - began.server_s, driver = ended.driver_s - began.driver_s;
    double others = ended.machine_s - began.machine_s - server - driver;
    qsort(latencies, latency_count, sizeof *latencies, rising);
    printf("{\"pairs\": %d, \"window\": %d, \"rate\": %g, \"seconds\": %.4f, ", opt.pairs, opt.window, opt.rate, wall);
    printf("\"messages\": %llu, ", (unsigned long long)(ended.complete - began.complete));
    printf("\"server_cpu_s\": %.3f, \"server_busy\": %.4f, ", server, server / wall);
    printf("\"driver_idle\": %.4f, ", 1 - driver / wall);
    printf("\"others_busy\": %.4f, ", others > 0 ? others / wall : 0);
    printf("\"p50_ms\": %.3f, \"p99_ms\": %.3f, ", percentile_ms(0.5), percentile_ms(0.99));
    printf("\"sent\": %llu, \"first_messages\": %llu, ", (unsigned long long)sent, (unsigned long long)first_messages);
    printf("\"oks\": %llu, \"events\": %llu, ", (unsigned long long)acknowledgements, (unsigned long long)events);
    printf("\"watched\": %llu}\n", (unsigned long long)watched);
}

/* -- the start ----------------------------------------------------------------------------------------- */

static void read_tokens(const char *path, char **into) {
    FILE *f = fopen(path, "r");
    if (f == NULL) fail("%s: %s", path, strerror(errno));
    char line[256];
    for (int i = 0; i < opt.pairs; i++) {
        if (fgets(line, sizeof line, f) == NULL) fail("%s: %d tokens where %d are needed", path, i, opt.pairs);
        line[strcspn(line, "\r\n")] = 0;
        into[i] = strdup(line);
    }
    fclose(f);
}

static void read_options(int argc, char **argv) {
    static const struct option names[] = {
        {"port", 1, 0, 'P'},    {"pairs", 1, 0, 'n'},   {"idle", 1, 0, 'i'}, {"window", 1, 0, 'w'}, {"rate", 1, 0, 'r'},
        {"seconds", 1, 0, 's'}, {"warm-up", 1, 0, 'u'}, {"core", 1, 0, 'c'}, {"pid", 1, 0, 'p'},    {"tokens", 1, 0, 't'},
        {"team", 1, 0, 'm'},    {"relay", 0, 0, 'R'},   {"socketio", 0, 0, 'S'}, {"storm", 1, 0, 'o'}, {"watchers", 1, 0, 'W'},
        {0, 0, 0, 0},
    };
    int o;
    while ((o = getopt_long(argc, argv, "", names, NULL)) != -1) switch (o) {
            case 'P': opt.port = atoi(optarg); break;
            case 'n': opt.pairs = atoi(optarg); break;
            case 'i': opt.idle = atoi(optarg); break;
            case 'w': opt.window = atoi(optarg); break;
            case 'r': opt.rate = atof(optarg); break;
            case 's': opt.seconds = atof(optarg); break;
            case 'u': opt.warm_up = atof(optarg); break;
            case 'c': opt.core = atoi(optarg); break;
            case 'p':
                if (opt.pid_count == PIDS_MAX) fail("more than %d processes", PIDS_MAX);
                opt.pids[opt.pid_count++] = atoi(optarg);
                break;
            case 't': opt.tokens = optarg; break;
            case 'm': opt.team = optarg; break;
            case 'R': opt.relay = true; break;
            case 'S': opt.relay = opt.socketio = true; break;
            case 'o': opt.idle = atoi(optarg); opt.storm = true; break;
            case 'W': opt.watchers = optarg; break;
            default: exit(2);
        }
    bool one_load = (opt.pairs > 0) != (opt.idle > 0) && opt.rate >= 0;
    if (opt.port <= 0 || !one_load || opt.window < 1 || opt.window > IN_FLIGHT_MAX) {
        fprintf(stderr,
                "usage: drive --port P --pairs N (--tokens FILE [--team KEY] [--watchers FILE] | --relay | --socketio)\n"
                "             [--window 1..%d | --rate R] [--seconds S] [--warm-up S] [--core N] [--pid SERVER]...\n"
                "       drive --port P (--idle N | --storm N) [--relay] [--core N]\n"
                "R is messages a second in each pair; FILE holds one bearer token a line, one for each agent, one for\n"
                "the supervisor who watches each chat.\n",
                IN_FLIGHT_MAX);
        exit(2);
    }
    if (opt.pairs && !opt.relay && opt.tokens == NULL) fail("--pairs needs --tokens FILE, --relay or --socketio");
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    if (opt.core >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET((size_t)opt.core, &set);
        if (sched_setaffinity(0, sizeof set, &set) < 0) fail("core %d: %s", opt.core, strerror(errno));
    }
    bearer = must_alloc(NULL, 2 * (size_t)opt.pairs * sizeof *bearer + 1);
    if (opt.tokens) read_tokens(opt.tokens, bearer);
    if (opt.watchers) read_tokens(opt.watchers, bearer + opt.pairs);
    conn_count = opt.idle ? opt.idle : (opt.watchers ? 3 : 2) * opt.pairs;
    conns = must_alloc(NULL, (size_t)conn_count * sizeof *conns);
    memset(conns, 0, (size_t)conn_count * sizeof *conns);
    for (int i = 0; i < conn_count; i++) {
        conns[i].side = opt.idle || i / opt.pairs == 1 ? CUSTOMER : i < opt.pairs ? AGENT : WATCHER;
        conns[i].pair = opt.idle ? i : i % opt.pairs;
    }
    open_limit = opt.idle || opt.relay ? conn_count : opt.pairs;
    epoll = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &timer};
    epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event);
    if (opt.idle) {
        event.data.ptr = &opt;
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) < 0) fail("--idle needs a pipe on standard input");
    }
    begin(SETUP, SETUP_MAX_S);
    setup_began = now_ns();
    open_next();
    tick();
    while (phase != FINISHED) {
        struct epoll_event happened[256];
        int n = epoll_wait(epoll, happened, 256, -1);
        for (int i = 0; i < n; i++) {
            void *what = happened[i].data.ptr;
            uint64_t expirations;
            if (what == &timer) {
                if (read(timer, &expirations, sizeof expirations) < 0) continue;
            } else if (what == &opt) {
                return 0;
            } else if (((struct conn *)what)->step == CONNECTING) {
                upgrade(what);
            } else {
                readable(what);
            }
        }
        tick();
    }
    report();
    return 0;
}
