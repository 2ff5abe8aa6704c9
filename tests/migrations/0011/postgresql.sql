SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.accounts (
    id character varying NOT NULL,
    kid character varying NOT NULL,
    sub character varying NOT NULL,
    email character varying,
    name character varying,
    client character varying,
    coordinator boolean NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL
);
CREATE TABLE public.agent_states (
    id bigint NOT NULL,
    staff character varying NOT NULL,
    at bigint NOT NULL,
    status character varying NOT NULL,
    reason character varying,
    set_by character varying NOT NULL,
    capacity integer NOT NULL,
    connected boolean NOT NULL,
    paused text DEFAULT '[]'::text NOT NULL
);
CREATE SEQUENCE public.agent_states_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.agent_states_id_seq OWNED BY public.agent_states.id;
CREATE TABLE public.agents (
    staff character varying NOT NULL,
    status character varying NOT NULL,
    reason character varying,
    since bigint NOT NULL,
    capacity integer NOT NULL,
    paused text NOT NULL,
    last_chat_at bigint NOT NULL,
    set_by character varying DEFAULT 'self'::character varying NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at bigint NOT NULL,
    actor_kind character varying NOT NULL,
    actor character varying,
    verb character varying NOT NULL,
    thing character varying NOT NULL,
    thing_id character varying,
    detail text NOT NULL
);
CREATE SEQUENCE public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_id_seq OWNED BY public.audit.id;
CREATE TABLE public.authenticators (
    "user" character varying NOT NULL,
    secret character varying NOT NULL,
    created_at bigint NOT NULL,
    confirmed_at bigint,
    last_step bigint NOT NULL
);
CREATE TABLE public.chats (
    id character varying NOT NULL,
    team character varying NOT NULL,
    state character varying NOT NULL,
    customer character varying NOT NULL,
    agent character varying,
    name character varying,
    email character varying,
    verified boolean NOT NULL,
    product character varying,
    subject character varying,
    page character varying,
    referrer character varying,
    locale character varying,
    timezone character varying,
    user_agent character varying,
    started_at bigint NOT NULL,
    queued_at bigint NOT NULL,
    assigned_at bigint,
    first_reply_at bigint,
    last_at bigint NOT NULL,
    reply_owed_since bigint,
    silent_due_at bigint,
    left_due_at bigint,
    last_seq integer NOT NULL,
    last_public_seq integer NOT NULL,
    last_event bigint,
    first_line character varying,
    read_customer bigint NOT NULL,
    read_staff bigint NOT NULL,
    closed_at bigint,
    closed_reason character varying,
    ticket bigint,
    closing_at bigint,
    closing_due_at bigint,
    about_ticket bigint,
    priority integer DEFAULT 0 NOT NULL,
    preferred character varying,
    passed text DEFAULT '[]'::text NOT NULL,
    offered_to character varying,
    offered_by character varying,
    offer_due_at bigint,
    overflowed_at bigint,
    stays boolean DEFAULT false NOT NULL,
    wrap_up_until bigint,
    handed_on_by character varying,
    agent_reply_at bigint,
    waiting_since bigint DEFAULT '0'::bigint NOT NULL
);
CREATE TABLE public.claims (
    job character varying NOT NULL,
    holder character varying NOT NULL,
    until bigint NOT NULL
);
CREATE TABLE public.client_domains (
    domain character varying NOT NULL,
    client character varying NOT NULL
);
CREATE TABLE public.clients (
    id character varying NOT NULL,
    name character varying NOT NULL,
    name_key character varying NOT NULL,
    account_team character varying,
    vip boolean NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.events (
    id bigint NOT NULL,
    previous bigint,
    chat character varying NOT NULL,
    seq bigint NOT NULL,
    public_prev bigint NOT NULL,
    staff_only boolean NOT NULL,
    at bigint NOT NULL,
    body text NOT NULL,
    person character varying,
    command character varying,
    answer text
);
CREATE SEQUENCE public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.events_id_seq OWNED BY public.events.id;
CREATE TABLE public.files (
    id character varying NOT NULL,
    uploader character varying NOT NULL,
    network character varying,
    name character varying NOT NULL,
    type character varying NOT NULL,
    size bigint NOT NULL,
    sha256 character varying NOT NULL,
    created_at bigint NOT NULL,
    holder character varying,
    staff_only boolean NOT NULL,
    used_at bigint,
    removed_at bigint
);
CREATE TABLE public.handovers (
    id bigint NOT NULL,
    ticket bigint NOT NULL,
    solving integer NOT NULL,
    client character varying,
    address character varying,
    created_at bigint NOT NULL,
    sent_at bigint,
    acknowledged_at bigint,
    external_ref character varying
);
CREATE SEQUENCE public.handovers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.handovers_id_seq OWNED BY public.handovers.id;
CREATE TABLE public.memberships (
    "user" character varying NOT NULL,
    team character varying NOT NULL
);
CREATE TABLE public.meta (
    key character varying NOT NULL,
    value character varying NOT NULL
);
CREATE TABLE public.outbox (
    id bigint NOT NULL,
    kind character varying NOT NULL,
    payload text NOT NULL,
    state character varying NOT NULL,
    attempts integer NOT NULL,
    created_at bigint NOT NULL,
    due_at bigint NOT NULL,
    claimed_by character varying,
    claimed_until bigint,
    last_error text
);
CREATE SEQUENCE public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outbox_id_seq OWNED BY public.outbox.id;
CREATE TABLE public.requests (
    person character varying NOT NULL,
    path character varying NOT NULL,
    key character varying NOT NULL,
    ticket bigint NOT NULL,
    status integer NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.sessions (
    id character varying NOT NULL,
    "user" character varying NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    user_agent character varying,
    revoked_at bigint
);
CREATE TABLE public.ticket_changes (
    id bigint NOT NULL,
    ticket bigint NOT NULL,
    at bigint NOT NULL,
    by_kind character varying NOT NULL,
    by_id character varying,
    by_name character varying,
    field character varying NOT NULL,
    was text,
    became text
);
CREATE SEQUENCE public.ticket_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ticket_changes_id_seq OWNED BY public.ticket_changes.id;
CREATE TABLE public.ticket_events (
    ticket bigint NOT NULL,
    seq bigint NOT NULL,
    public_prev bigint NOT NULL,
    staff_only boolean NOT NULL,
    at bigint NOT NULL,
    body text NOT NULL
);
CREATE TABLE public.ticket_index (
    ticket bigint NOT NULL,
    words tsvector NOT NULL
);
CREATE TABLE public.ticket_participants (
    ticket bigint NOT NULL,
    email character varying NOT NULL,
    "position" integer NOT NULL,
    name character varying,
    account character varying
);
CREATE TABLE public.ticket_texts (
    ticket bigint NOT NULL,
    public text NOT NULL,
    internal text NOT NULL
);
CREATE TABLE public.tickets (
    number bigint NOT NULL,
    status character varying NOT NULL,
    "with" text,
    external_ref character varying,
    workaround text,
    finding text,
    resolution character varying,
    team character varying NOT NULL,
    product character varying,
    subject character varying,
    client character varying,
    requester character varying,
    requester_name character varying,
    requester_email character varying,
    requester_verified boolean NOT NULL,
    assignee character varying,
    channel character varying NOT NULL,
    chat character varying,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    waiting_since bigint,
    solved_at bigint,
    closed_at bigint,
    reopen_until bigint,
    duplicate_of bigint,
    follow_up_of bigint,
    version integer NOT NULL,
    awaiting_since bigint,
    solvings integer NOT NULL,
    flags character varying NOT NULL,
    rating integer,
    rating_comment text,
    last_seq integer NOT NULL,
    last_public_seq integer NOT NULL
);
CREATE SEQUENCE public.tickets_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tickets_number_seq OWNED BY public.tickets.number;
CREATE TABLE public.tokens (
    hash character varying NOT NULL,
    "user" character varying NOT NULL,
    label character varying NOT NULL,
    scopes character varying NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint,
    revoked_at bigint
);
CREATE TABLE public.users (
    id character varying NOT NULL,
    email character varying NOT NULL,
    name character varying NOT NULL,
    role character varying NOT NULL,
    password_hash character varying,
    created_at bigint NOT NULL,
    disabled_at bigint
);
CREATE TABLE public.visitors (
    id character varying NOT NULL,
    name character varying,
    email character varying,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    account character varying
);
ALTER TABLE ONLY public.agent_states ALTER COLUMN id SET DEFAULT nextval('public.agent_states_id_seq'::regclass);
ALTER TABLE ONLY public.audit ALTER COLUMN id SET DEFAULT nextval('public.audit_id_seq'::regclass);
ALTER TABLE ONLY public.events ALTER COLUMN id SET DEFAULT nextval('public.events_id_seq'::regclass);
ALTER TABLE ONLY public.handovers ALTER COLUMN id SET DEFAULT nextval('public.handovers_id_seq'::regclass);
ALTER TABLE ONLY public.outbox ALTER COLUMN id SET DEFAULT nextval('public.outbox_id_seq'::regclass);
ALTER TABLE ONLY public.ticket_changes ALTER COLUMN id SET DEFAULT nextval('public.ticket_changes_id_seq'::regclass);
ALTER TABLE ONLY public.tickets ALTER COLUMN number SET DEFAULT nextval('public.tickets_number_seq'::regclass);
INSERT INTO public.accounts VALUES ('01a21e5e-a658-7042-b889-fb840342ec30', 'planner', 'ben', 'ben@northlake.example', 'Ben', NULL, false, 1795802845293, 1795802845293);
INSERT INTO public.agent_states VALUES (1, '01a21e5e-9987-7446-ba34-b6c416290bf5', 1795802245293, 'away', NULL, 'self', 5, true, '[]');
INSERT INTO public.agent_states VALUES (2, '01a21e5e-9a64-725c-8be3-147e4e9090bc', 1795802245293, 'away', NULL, 'self', 5, true, '[]');
INSERT INTO public.agent_states VALUES (3, '01a21e5e-9987-7446-ba34-b6c416290bf5', 1795802245293, 'available', NULL, 'self', 5, true, '[]');
INSERT INTO public.agent_states VALUES (4, '01a21e5e-9987-7446-ba34-b6c416290bf5', 1795804045293, 'available', NULL, 'self', 5, false, '[]');
INSERT INTO public.agent_states VALUES (5, '01a21e5e-9a64-725c-8be3-147e4e9090bc', 1795804045293, 'away', NULL, 'self', 5, false, '[]');
INSERT INTO public.agents VALUES ('01a21e5e-9a64-725c-8be3-147e4e9090bc', 'away', NULL, 1795805846116, 5, '[]', 0, 'self');
INSERT INTO public.agents VALUES ('01a21e5e-9987-7446-ba34-b6c416290bf5', 'available', NULL, 1795802245293, 5, '[]', 1795804045293, 'self');
INSERT INTO public.alembic_version VALUES ('0011');
INSERT INTO public.audit VALUES (1, 1795805845895, 'system', NULL, 'add', 'user', '01a21e5e-9987-7446-ba34-b6c416290bf5', '{"role":"agent","teams":["media"]}');
INSERT INTO public.audit VALUES (2, 1795805845895, 'system', NULL, 'create', 'token', '01a21e5e-9987-7446-ba34-b6c416290bf5', '{"label":"sb_f5TZif","scopes":["read","write","export"],"days":30}');
INSERT INTO public.audit VALUES (3, 1795805846116, 'system', NULL, 'add', 'user', '01a21e5e-9a64-725c-8be3-147e4e9090bc', '{"role":"supervisor","teams":["finance","media"]}');
INSERT INTO public.audit VALUES (4, 1795805846116, 'system', NULL, 'create', 'token', '01a21e5e-9a64-725c-8be3-147e4e9090bc', '{"label":"sb_dGf-8g","scopes":["read","write","export"],"days":30}');
INSERT INTO public.audit VALUES (5, 1795802245293, 'system', NULL, 'set_password', 'user', '01a21e5e-9987-7446-ba34-b6c416290bf5', '{}');
INSERT INTO public.audit VALUES (6, 1795802245293, 'staff', '01a21e5e-9987-7446-ba34-b6c416290bf5', 'sign_in', 'session', '01a21e5e-9987-7446-ba34-b6c416290bf5', '{}');
INSERT INTO public.audit VALUES (7, 1795802245293, 'staff', '01a21e5e-9a64-725c-8be3-147e4e9090bc', 'message.redact', 'chat', '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', '{"of":6,"reason":"A card number"}');
INSERT INTO public.chats VALUES ('01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 'media', 'closed', '01a21e5e-a302-746c-8c87-eddc21b73c47', '01a21e5e-9987-7446-ba34-b6c416290bf5', 'Ana Größe', 'ana@elsewhere.example', false, 'Spectra OX', NULL, NULL, NULL, NULL, NULL, 'Python/3.11 websockets/17.4', 1795802245293, 1795802245293, 1795802245293, NULL, 1795802845293, NULL, NULL, NULL, 9, 9, 9, 'My zanzibar plan loses dates', 0, 0, 1795802845293, 'closed', 1, NULL, NULL, NULL, 0, NULL, '[]', NULL, NULL, NULL, NULL, false, NULL, NULL, NULL, 1795802245293);
INSERT INTO public.chats VALUES ('01a21e5e-a809-7652-b346-35fb936294da', 'media', 'active', '01a21e5e-a7f6-7356-99f6-c4f514a2285f', '01a21e5e-9987-7446-ba34-b6c416290bf5', 'Dora', NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, 'Python/3.11 websockets/17.4', 1795804045293, 1795804045293, 1795804045293, 1795804045293, 1795804045293, NULL, 1795804945293, NULL, 4, 4, 13, 'Still here, with a capybara', 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, '[]', NULL, NULL, NULL, NULL, false, NULL, NULL, 1795804045293, 1795804045293);
INSERT INTO public.chats VALUES ('01a21e5e-a90c-7349-b0c6-84bd80f733c5', 'finance', 'queued', '01a21e5e-a900-71f2-ac37-df329d220015', NULL, 'Emil', NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, 'Python/3.11 websockets/17.4', 1795804045293, 1795804045293, NULL, NULL, 1795804045293, 1795804045293, NULL, 1795804165293, 2, 2, 15, 'Nobody is there', 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, '[]', NULL, NULL, NULL, NULL, false, NULL, NULL, NULL, 1795804045293);
INSERT INTO public.client_domains VALUES ('northlake.example', '01a21e5e-995b-72d0-b2b5-0113b1dbda1e');
INSERT INTO public.clients VALUES ('01a21e5e-995b-72d0-b2b5-0113b1dbda1e', 'Northlake', 'northlake', NULL, true, 1795802245293);
INSERT INTO public.events VALUES (1, NULL, '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 1, 0, false, 1795802245293, '{"type":"chat.started","at":"2026-11-27T17:57:25.293Z","from":{"kind":"customer","id":"01a21e5e-a302-746c-8c87-eddc21b73c47","name":"Ana Größe","verified":false},"team":"media","product":"Spectra OX","subject":null,"name":"Ana Größe","email":"ana@elsewhere.example","verified":false,"fields":{},"page":null,"locale":null}', NULL, NULL, NULL);
INSERT INTO public.events VALUES (2, 1, '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 2, 1, false, 1795802245293, '{"type":"message","at":"2026-11-27T17:57:25.293Z","from":{"kind":"customer","id":"01a21e5e-a302-746c-8c87-eddc21b73c47","name":"Ana Größe","verified":false},"text":"My zanzibar plan loses dates","files":[]}', '01a21e5e-a302-746c-8c87-eddc21b73c47', '01a21e5e-a30f-72bb-8ef8-f1b9360acf7c', '{"state":"queued","position":1,"wait_s":0}');
INSERT INTO public.events VALUES (3, 2, '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 3, 2, false, 1795802245293, '{"type":"chat.assigned","at":"2026-11-27T17:57:25.293Z","from":{"kind":"system","id":null,"name":null},"staff":{"id":"01a21e5e-9987-7446-ba34-b6c416290bf5","name":"Maya"},"by":"dispatcher"}', NULL, NULL, NULL);
INSERT INTO public.events VALUES (4, 3, '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 4, 3, false, 1795802245293, '{"type":"message","at":"2026-11-27T17:57:25.293Z","from":{"kind":"customer","id":"01a21e5e-a302-746c-8c87-eddc21b73c47","name":"Ana Größe","verified":false},"text":"Here it is","files":[{"id":"01a21e5e-a43d-7742-af4a-3f83ca852393","name":"plan.csv","type":"text/csv","size":23,"url":"/api/files/01a21e5e-a43d-7742-af4a-3f83ca852393"}]}', '01a21e5e-a302-746c-8c87-eddc21b73c47', '01a21e5e-a45f-75e3-99d7-d86261daf42e', NULL);
INSERT INTO public.events VALUES (5, 4, '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 5, 4, true, 1795802245293, '{"type":"note","at":"2026-11-27T17:57:25.293Z","from":{"kind":"staff","id":"01a21e5e-9987-7446-ba34-b6c416290bf5","name":"Maya"},"text":"Looks like the kumquat importer"}', '01a21e5e-9987-7446-ba34-b6c416290bf5', '01a21e5e-a498-74be-a181-96831afc8156', NULL);
INSERT INTO public.events VALUES (6, 5, '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 6, 4, false, 1795802245293, '{"type":"message","at":"2026-11-27T17:57:25.293Z","from":{"kind":"customer","id":"01a21e5e-a302-746c-8c87-eddc21b73c47","name":"Ana Größe","verified":false},"text":null,"files":[],"redacted":true}', '01a21e5e-a302-746c-8c87-eddc21b73c47', '01a21e5e-a4c5-7578-9702-d296eaabd26d', NULL);
INSERT INTO public.events VALUES (7, 6, '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 7, 6, false, 1795802245293, '{"type":"message.redacted","at":"2026-11-27T17:57:25.293Z","from":{"kind":"system","id":null,"name":null},"of":6}', '01a21e5e-9a64-725c-8be3-147e4e9090bc', '01a21e5e-a4d9-74eb-998c-36d321d6e6be', NULL);
INSERT INTO public.events VALUES (8, 7, '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 8, 7, false, 1795802845293, '{"type":"chat.closed","at":"2026-11-27T18:07:25.293Z","from":{"kind":"staff","id":"01a21e5e-9987-7446-ba34-b6c416290bf5","name":"Maya"},"ticket":1,"status":"solved","resolution":"set_up","reason":"closed","by":{"kind":"staff","id":"01a21e5e-9987-7446-ba34-b6c416290bf5","name":"Maya"}}', '01a21e5e-9987-7446-ba34-b6c416290bf5', '01a21e5e-a52d-7744-98d8-fa08a5ab61e4', '{"ticket":1}');
INSERT INTO public.events VALUES (9, 8, '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 9, 8, false, 1795802845293, '{"type":"chat.rated","at":"2026-11-27T18:07:25.293Z","from":{"kind":"customer","id":"01a21e5e-a302-746c-8c87-eddc21b73c47","name":"Ana Größe","verified":false},"score":5,"comment":null}', '01a21e5e-a302-746c-8c87-eddc21b73c47', '01a21e5e-a5ec-7306-9c74-ff2af672bafe', NULL);
INSERT INTO public.events VALUES (10, NULL, '01a21e5e-a809-7652-b346-35fb936294da', 1, 0, false, 1795804045293, '{"type":"chat.started","at":"2026-11-27T18:27:25.293Z","from":{"kind":"customer","id":"01a21e5e-a7f6-7356-99f6-c4f514a2285f","name":"Dora","verified":false},"team":"media","product":null,"subject":null,"name":"Dora","email":null,"verified":false,"fields":{},"page":null,"locale":null}', NULL, NULL, NULL);
INSERT INTO public.events VALUES (11, 10, '01a21e5e-a809-7652-b346-35fb936294da', 2, 1, false, 1795804045293, '{"type":"message","at":"2026-11-27T18:27:25.293Z","from":{"kind":"customer","id":"01a21e5e-a7f6-7356-99f6-c4f514a2285f","name":"Dora","verified":false},"text":"Still here, with a capybara","files":[]}', '01a21e5e-a7f6-7356-99f6-c4f514a2285f', '01a21e5e-a7fb-7081-b6d4-98e26ea7662d', '{"state":"queued","position":1,"wait_s":0}');
INSERT INTO public.events VALUES (12, 11, '01a21e5e-a809-7652-b346-35fb936294da', 3, 2, false, 1795804045293, '{"type":"chat.assigned","at":"2026-11-27T18:27:25.293Z","from":{"kind":"system","id":null,"name":null},"staff":{"id":"01a21e5e-9987-7446-ba34-b6c416290bf5","name":"Maya"},"by":"dispatcher"}', NULL, NULL, NULL);
INSERT INTO public.events VALUES (13, 12, '01a21e5e-a809-7652-b346-35fb936294da', 4, 3, false, 1795804045293, '{"type":"message","at":"2026-11-27T18:27:25.293Z","from":{"kind":"staff","id":"01a21e5e-9987-7446-ba34-b6c416290bf5","name":"Maya"},"text":"One moment","files":[]}', '01a21e5e-9987-7446-ba34-b6c416290bf5', '01a21e5e-a8cf-74d4-ad89-c25e1f905928', NULL);
INSERT INTO public.events VALUES (14, NULL, '01a21e5e-a90c-7349-b0c6-84bd80f733c5', 1, 0, false, 1795804045293, '{"type":"chat.started","at":"2026-11-27T18:27:25.293Z","from":{"kind":"customer","id":"01a21e5e-a900-71f2-ac37-df329d220015","name":"Emil","verified":false},"team":"finance","product":null,"subject":null,"name":"Emil","email":null,"verified":false,"fields":{},"page":null,"locale":null}', NULL, NULL, NULL);
INSERT INTO public.events VALUES (15, 14, '01a21e5e-a90c-7349-b0c6-84bd80f733c5', 2, 1, false, 1795804045293, '{"type":"message","at":"2026-11-27T18:27:25.293Z","from":{"kind":"customer","id":"01a21e5e-a900-71f2-ac37-df329d220015","name":"Emil","verified":false},"text":"Nobody is there","files":[]}', '01a21e5e-a900-71f2-ac37-df329d220015', '01a21e5e-a903-76a2-8e4d-8b8ded3e4ab6', '{"state":"queued","position":1,"wait_s":null}');
INSERT INTO public.files VALUES ('01a21e5e-a43d-7742-af4a-3f83ca852393', '01a21e5e-a302-746c-8c87-eddc21b73c47', '127.0.0.1', 'plan.csv', 'text/csv', 23, '05f9aab15d9671d0ae95d3d6b9e37da8e690ee2ee51cbefc896aeade6fd82e47', 1795802245293, 'chat:01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', false, 1795802245293, NULL);
INSERT INTO public.memberships VALUES ('01a21e5e-9987-7446-ba34-b6c416290bf5', 'media');
INSERT INTO public.memberships VALUES ('01a21e5e-9a64-725c-8be3-147e4e9090bc', 'finance');
INSERT INTO public.memberships VALUES ('01a21e5e-9a64-725c-8be3-147e4e9090bc', 'media');
INSERT INTO public.meta VALUES ('epoch', '466cdf7fd7fbab5fcb4d2140b93e0361');
INSERT INTO public.sessions VALUES ('5cf84ca7f49d8f2b7c8f4f5e59ce16e78d6189993e41a177ce6efc6d4976179a', '01a21e5e-9987-7446-ba34-b6c416290bf5', 1795802245293, 1795802245293, 1797011845293, 'python-httpx2/2.16.2', NULL);
INSERT INTO public.ticket_changes VALUES (1, 1, 1795802845293, 'staff', '01a21e5e-9987-7446-ba34-b6c416290bf5', 'Maya', 'status', NULL, '"solved"');
INSERT INTO public.ticket_changes VALUES (2, 1, 1795802845293, 'staff', '01a21e5e-9987-7446-ba34-b6c416290bf5', 'Maya', 'resolution', NULL, '"set_up"');
INSERT INTO public.ticket_changes VALUES (3, 1, 1795802845293, 'staff', '01a21e5e-9987-7446-ba34-b6c416290bf5', 'Maya', 'assignee', NULL, '"01a21e5e-9987-7446-ba34-b6c416290bf5"');
INSERT INTO public.ticket_changes VALUES (4, 2, 1795803445293, 'customer', '01a21e5e-a658-7042-b889-fb840342ec30', 'Ben', 'status', NULL, '"open"');
INSERT INTO public.ticket_changes VALUES (5, 2, 1795803445293, 'customer', '01a21e5e-a658-7042-b889-fb840342ec30', 'Ben', 'client', NULL, '"01a21e5e-995b-72d0-b2b5-0113b1dbda1e"');
INSERT INTO public.ticket_changes VALUES (6, 3, 1795803445293, 'staff', '01a21e5e-9987-7446-ba34-b6c416290bf5', 'Maya', 'status', NULL, '"awaiting_reply"');
INSERT INTO public.ticket_changes VALUES (7, 3, 1795803445293, 'staff', '01a21e5e-9987-7446-ba34-b6c416290bf5', 'Maya', 'participants', NULL, '["ben@northlake.example"]');
INSERT INTO public.ticket_events VALUES (2, 1, 0, false, 1795803445293, '{"type":"reply","at":"2026-11-27T18:17:25.293Z","from":{"kind":"customer","id":"01a21e5e-a658-7042-b889-fb840342ec30","name":"Ben","verified":true},"text":"The invoice of October is quokka","files":[]}');
INSERT INTO public.ticket_events VALUES (2, 2, 1, false, 1795803445293, '{"type":"reply","at":"2026-11-27T18:17:25.293Z","from":{"kind":"staff","id":"01a21e5e-9a64-725c-8be3-147e4e9090bc","name":"Sofia"},"text":"We look at it","files":[]}');
INSERT INTO public.ticket_events VALUES (3, 1, 0, false, 1795803445293, '{"type":"reply","at":"2026-11-27T18:17:25.293Z","from":{"kind":"staff","id":"01a21e5e-9987-7446-ba34-b6c416290bf5","name":"Maya"},"text":"Told us on the phone about axolotl","files":[]}');
INSERT INTO public.ticket_index VALUES (1, '''ana'':6,8 ''dates'':5,15 ''elsewhere'':9 ''example'':10 ''grosse'':7 ''here'':16 ''importer'':24 ''is'':18 ''it'':17 ''kumquat'':23 ''like'':21 ''looks'':20 ''loses'':4,14 ''my'':1,11 ''plan'':3,13 ''the'':22 ''zanzibar'':2,12');
INSERT INTO public.ticket_index VALUES (2, '''at'':19 ''ben'':7,8 ''example'':10 ''invoice'':2,12 ''is'':5,15 ''it'':20 ''look'':18 ''northlake'':9 ''october'':4,14 ''of'':3,13 ''quokka'':6,16 ''the'':1,11 ''we'':17');
INSERT INTO public.ticket_index VALUES (3, '''about'':6,17 ''axolotl'':7,18 ''ben'':20 ''cy'':8,9 ''example'':11,22 ''northlake'':10,21 ''on'':3,14 ''phone'':5,16 ''the'':4,15 ''told'':1,12 ''us'':2,13');
INSERT INTO public.ticket_participants VALUES (3, 'ben@northlake.example', 0, NULL, '01a21e5e-a658-7042-b889-fb840342ec30');
INSERT INTO public.ticket_texts VALUES (1, 'my zanzibar plan loses dates ana grosse ana elsewhere example my zanzibar plan loses dates here it is', 'looks like the kumquat importer');
INSERT INTO public.ticket_texts VALUES (2, 'the invoice of october is quokka ben ben northlake example the invoice of october is quokka we look at it', '');
INSERT INTO public.ticket_texts VALUES (3, 'told us on the phone about axolotl cy cy northlake example told us on the phone about axolotl', 'ben northlake example');
INSERT INTO public.tickets VALUES (1, 'solved', NULL, NULL, NULL, NULL, 'set_up', 'media', 'Spectra OX', 'My zanzibar plan loses dates', NULL, '01a21e5e-a302-746c-8c87-eddc21b73c47', 'Ana Größe', 'ana@elsewhere.example', false, '01a21e5e-9987-7446-ba34-b6c416290bf5', 'chat', '01a21e5e-a334-7192-9ed2-2b2fe2d7d77a', 1795802845293, 1795802845293, NULL, 1795802845293, NULL, 1798261199999, NULL, NULL, 2, NULL, 1, '', 5, NULL, 0, 0);
INSERT INTO public.tickets VALUES (2, 'open', 'support', NULL, NULL, NULL, NULL, 'finance', NULL, 'The invoice of October is quokka', '01a21e5e-995b-72d0-b2b5-0113b1dbda1e', '01a21e5e-a658-7042-b889-fb840342ec30', 'Ben', 'ben@northlake.example', true, NULL, 'form', NULL, 1795803445293, 1795803445293, 1795803445293, NULL, NULL, NULL, NULL, NULL, 1, NULL, 0, '', NULL, NULL, 2, 2);
INSERT INTO public.tickets VALUES (3, 'awaiting_reply', NULL, NULL, NULL, NULL, NULL, 'media', NULL, 'Told us on the phone about axolotl', NULL, NULL, 'Cy', 'cy@northlake.example', false, NULL, 'staff', NULL, 1795803445293, 1795803445293, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1795803445293, 0, '', NULL, NULL, 1, 1);
INSERT INTO public.tokens VALUES ('1abf09e85bc4b9226673d4c8de8923b4b7b16b98b676e24266bd8c74c69f55f6', '01a21e5e-9987-7446-ba34-b6c416290bf5', 'sb_f5TZif', 'read,write,export', 1795805845895, 1798397845895, 1795802245293, NULL);
INSERT INTO public.tokens VALUES ('9b3dea93a1c9d31825b37896cb6849e2a6598de216b1e9d186d0173954ee8dc5', '01a21e5e-9a64-725c-8be3-147e4e9090bc', 'sb_dGf-8g', 'read,write,export', 1795805846116, 1798397846116, 1795802245293, NULL);
INSERT INTO public.users VALUES ('01a21e5e-9a64-725c-8be3-147e4e9090bc', 'sofia@desk.example', 'Sofia', 'supervisor', NULL, 1795805846116, NULL);
INSERT INTO public.users VALUES ('01a21e5e-9987-7446-ba34-b6c416290bf5', 'maya@desk.example', 'Maya', 'agent', '$argon2id$v=19$m=65536,t=3,p=4$nFWA9XUGtIzVTwZ7hBn7Ug$YP2X/RhPVRDKmy+0FeNDhLoN6B6RuKAoTNWlxoRDxXc', 1795805845895, NULL);
INSERT INTO public.visitors VALUES ('01a21e5e-a302-746c-8c87-eddc21b73c47', 'Ana Größe', 'ana@elsewhere.example', 1795802245293, 1795802245293, NULL);
INSERT INTO public.visitors VALUES ('01a21e5e-a674-74f9-bca0-4598032e53b1', 'Ben', 'ben@northlake.example', 1795803445293, 1795803445293, '01a21e5e-a658-7042-b889-fb840342ec30');
INSERT INTO public.visitors VALUES ('01a21e5e-a7f6-7356-99f6-c4f514a2285f', 'Dora', NULL, 1795804045293, 1795804045293, NULL);
INSERT INTO public.visitors VALUES ('01a21e5e-a900-71f2-ac37-df329d220015', 'Emil', NULL, 1795804045293, 1795804045293, NULL);
SELECT pg_catalog.setval('public.agent_states_id_seq', 5, true);
SELECT pg_catalog.setval('public.audit_id_seq', 7, true);
SELECT pg_catalog.setval('public.events_id_seq', 15, true);
SELECT pg_catalog.setval('public.handovers_id_seq', 1, false);
SELECT pg_catalog.setval('public.outbox_id_seq', 1, false);
SELECT pg_catalog.setval('public.ticket_changes_id_seq', 7, true);
SELECT pg_catalog.setval('public.tickets_number_seq', 3, true);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_kid_sub_key UNIQUE (kid, sub);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.agent_states
    ADD CONSTRAINT agent_states_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_pkey PRIMARY KEY (staff);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.authenticators
    ADD CONSTRAINT authenticators_pkey PRIMARY KEY ("user");
ALTER TABLE ONLY public.chats
    ADD CONSTRAINT chats_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (job);
ALTER TABLE ONLY public.client_domains
    ADD CONSTRAINT client_domains_pkey PRIMARY KEY (domain);
ALTER TABLE ONLY public.clients
    ADD CONSTRAINT clients_name_key_key UNIQUE (name_key);
ALTER TABLE ONLY public.clients
    ADD CONSTRAINT clients_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.handovers
    ADD CONSTRAINT handovers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY ("user", team);
ALTER TABLE ONLY public.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.handovers
    ADD CONSTRAINT one_handover_a_solving UNIQUE (ticket, solving);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (person, path, key);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket_changes
    ADD CONSTRAINT ticket_changes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket_events
    ADD CONSTRAINT ticket_events_pkey PRIMARY KEY (ticket, seq);
ALTER TABLE ONLY public.ticket_index
    ADD CONSTRAINT ticket_index_pkey PRIMARY KEY (ticket);
ALTER TABLE ONLY public.ticket_participants
    ADD CONSTRAINT ticket_participants_pkey PRIMARY KEY (ticket, email);
ALTER TABLE ONLY public.ticket_texts
    ADD CONSTRAINT ticket_texts_pkey PRIMARY KEY (ticket);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_chat_key UNIQUE (chat);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.visitors
    ADD CONSTRAINT visitors_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX a_command_once ON public.events USING btree (command, person);
CREATE INDEX accounts_by_email ON public.accounts USING btree (email);
CREATE INDEX audit_by_time ON public.audit USING btree (at, id);
CREATE INDEX audit_of_a_thing ON public.audit USING btree (thing, thing_id, id);
CREATE INDEX changes_of_a_ticket ON public.ticket_changes USING btree (ticket, id);
CREATE INDEX chats_answered ON public.chats USING btree (customer, closed_at) WHERE (((state)::text = 'closed'::text) AND (agent IS NOT NULL));
CREATE INDEX chats_held ON public.chats USING btree (agent) WHERE ((state)::text <> 'closed'::text);
CREATE INDEX chats_of_a_ticket ON public.chats USING btree (ticket);
CREATE INDEX chats_offered ON public.chats USING btree (offered_to) WHERE (offered_to IS NOT NULL);
CREATE INDEX chats_wrapped_up ON public.chats USING btree (agent) WHERE (wrap_up_until IS NOT NULL);
CREATE INDEX domains_of_a_client ON public.client_domains USING btree (client);
CREATE INDEX duplicates_of_a_ticket ON public.tickets USING btree (duplicate_of) WHERE (duplicate_of IS NOT NULL);
CREATE INDEX files_from_a_network ON public.files USING btree (network, created_at);
CREATE INDEX files_not_used ON public.files USING btree (created_at) WHERE (holder IS NULL);
CREATE INDEX files_of_an_uploader ON public.files USING btree (uploader, created_at);
CREATE INDEX follow_ups_of_a_ticket ON public.tickets USING btree (follow_up_of) WHERE (follow_up_of IS NOT NULL);
CREATE UNIQUE INDEX one_open_chat_a_customer ON public.chats USING btree (customer) WHERE ((state)::text <> 'closed'::text);
CREATE INDEX open_chats ON public.chats USING btree (team, state) WHERE ((state)::text <> 'closed'::text);
CREATE INDEX outbox_due ON public.outbox USING btree (due_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX sessions_of_a_user ON public.sessions USING btree ("user");
CREATE INDEX states_of_an_agent ON public.agent_states USING btree (staff, at);
CREATE INDEX ticket_index_words ON public.ticket_index USING gin (words);
CREATE INDEX tickets_an_account_takes_part_in ON public.ticket_participants USING btree (account) WHERE (account IS NOT NULL);
CREATE INDEX tickets_an_address_takes_part_in ON public.ticket_participants USING btree (email);
CREATE INDEX tickets_by_change ON public.tickets USING btree (updated_at, number, team, status, product, channel, resolution, assignee, created_at);
CREATE INDEX tickets_by_creation ON public.tickets USING btree (created_at, number, team, status, product, channel, resolution, assignee, updated_at);
CREATE INDEX tickets_by_number ON public.tickets USING btree (number, team, status, product, channel, resolution, assignee, created_at, updated_at);
CREATE INDEX tickets_flagged ON public.tickets USING btree (updated_at, number, team, status, product, channel, resolution, assignee, created_at, flags) WHERE ((flags)::text <> ''::text);
CREATE INDEX tickets_for_an_address ON public.tickets USING btree (requester_email) WHERE (requester IS NULL);
CREATE INDEX tickets_of_a_client ON public.tickets USING btree (client, updated_at);
CREATE INDEX tickets_of_a_requester ON public.tickets USING btree (requester, updated_at);
CREATE INDEX tickets_of_an_assignee ON public.tickets USING btree (assignee, updated_at) WHERE (assignee IS NOT NULL);
CREATE INDEX tickets_to_work_on ON public.tickets USING btree (updated_at, number, team, status, product, channel, resolution, assignee, created_at) WHERE ((status)::text <> 'solved'::text);
CREATE INDEX tokens_of_a_user ON public.tokens USING btree ("user");
CREATE INDEX visitors_of_an_account ON public.visitors USING btree (account);
