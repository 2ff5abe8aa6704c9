BEGIN TRANSACTION;
CREATE TABLE accounts (
	id VARCHAR NOT NULL, 
	kid VARCHAR NOT NULL, 
	sub VARCHAR NOT NULL, 
	email VARCHAR, 
	name VARCHAR, 
	client VARCHAR, 
	coordinator BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (kid, sub)
);
INSERT INTO "accounts" VALUES('01a21e5e-7231-7780-be3b-59d48b810596','planner','ben','ben@northlake.example','Ben',NULL,0,1795802832270,1795802832270);
CREATE TABLE agent_states (
	id INTEGER NOT NULL, 
	staff VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	status VARCHAR NOT NULL, 
	reason VARCHAR, 
	set_by VARCHAR NOT NULL, 
	capacity INTEGER NOT NULL, 
	connected BOOLEAN NOT NULL, paused TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "agent_states" VALUES(1,'01a21e5e-69ac-73af-b758-0fedbfac11b2',1795802232270,'away',NULL,'self',5,1,'[]');
INSERT INTO "agent_states" VALUES(2,'01a21e5e-6a66-7398-8aa8-b87756a24361',1795802232270,'away',NULL,'self',5,1,'[]');
INSERT INTO "agent_states" VALUES(3,'01a21e5e-69ac-73af-b758-0fedbfac11b2',1795802232270,'available',NULL,'self',5,1,'[]');
INSERT INTO "agent_states" VALUES(4,'01a21e5e-69ac-73af-b758-0fedbfac11b2',1795804032270,'available',NULL,'self',5,0,'[]');
INSERT INTO "agent_states" VALUES(5,'01a21e5e-6a66-7398-8aa8-b87756a24361',1795804032270,'away',NULL,'self',5,0,'[]');
CREATE TABLE agents (
	staff VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	reason VARCHAR, 
	since BIGINT NOT NULL, 
	capacity INTEGER NOT NULL, 
	paused TEXT NOT NULL, 
	last_chat_at BIGINT NOT NULL, set_by VARCHAR DEFAULT 'self' NOT NULL, 
	PRIMARY KEY (staff)
);
INSERT INTO "agents" VALUES('01a21e5e-69ac-73af-b758-0fedbfac11b2','available',NULL,1795802232270,5,'[]',1795804032270,'self');
INSERT INTO "agents" VALUES('01a21e5e-6a66-7398-8aa8-b87756a24361','away',NULL,1795805833830,5,'[]',0,'self');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0011');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	actor_kind VARCHAR NOT NULL, 
	actor VARCHAR, 
	verb VARCHAR NOT NULL, 
	thing VARCHAR NOT NULL, 
	thing_id VARCHAR, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,1795805833644,'system',NULL,'add','user','01a21e5e-69ac-73af-b758-0fedbfac11b2','{"role":"agent","teams":["media"]}');
INSERT INTO "audit" VALUES(2,1795805833644,'system',NULL,'create','token','01a21e5e-69ac-73af-b758-0fedbfac11b2','{"label":"sb_xDuzU3","scopes":["read","write","export"],"days":30}');
INSERT INTO "audit" VALUES(3,1795805833830,'system',NULL,'add','user','01a21e5e-6a66-7398-8aa8-b87756a24361','{"role":"supervisor","teams":["finance","media"]}');
INSERT INTO "audit" VALUES(4,1795805833830,'system',NULL,'create','token','01a21e5e-6a66-7398-8aa8-b87756a24361','{"label":"sb_s-JEU8","scopes":["read","write","export"],"days":30}');
INSERT INTO "audit" VALUES(5,1795802232270,'system',NULL,'set_password','user','01a21e5e-69ac-73af-b758-0fedbfac11b2','{}');
INSERT INTO "audit" VALUES(6,1795802232270,'staff','01a21e5e-69ac-73af-b758-0fedbfac11b2','sign_in','session','01a21e5e-69ac-73af-b758-0fedbfac11b2','{}');
INSERT INTO "audit" VALUES(7,1795802232270,'staff','01a21e5e-6a66-7398-8aa8-b87756a24361','message.redact','chat','01a21e5e-6fba-718d-886b-3f550e4c35f8','{"of":6,"reason":"A card number"}');
CREATE TABLE authenticators (
	user VARCHAR NOT NULL, 
	secret VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	confirmed_at BIGINT, 
	last_step BIGINT NOT NULL, 
	PRIMARY KEY (user)
);
CREATE TABLE chats (
	id VARCHAR NOT NULL, 
	team VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	customer VARCHAR NOT NULL, 
	agent VARCHAR, 
	name VARCHAR, 
	email VARCHAR, 
	verified BOOLEAN NOT NULL, 
	product VARCHAR, 
	subject VARCHAR, 
	page VARCHAR, 
	referrer VARCHAR, 
	locale VARCHAR, 
	timezone VARCHAR, 
	user_agent VARCHAR, 
	started_at BIGINT NOT NULL, 
	queued_at BIGINT NOT NULL, 
	assigned_at BIGINT, 
	first_reply_at BIGINT, 
	last_at BIGINT NOT NULL, 
	reply_owed_since BIGINT, 
	silent_due_at BIGINT, 
	left_due_at BIGINT, 
	last_seq INTEGER NOT NULL, 
	last_public_seq INTEGER NOT NULL, 
	last_event BIGINT, 
	first_line VARCHAR, 
	read_customer BIGINT NOT NULL, 
	read_staff BIGINT NOT NULL, 
	closed_at BIGINT, 
	closed_reason VARCHAR, 
	ticket BIGINT, closing_at BIGINT, closing_due_at BIGINT, about_ticket BIGINT, priority INTEGER DEFAULT '0' NOT NULL, preferred VARCHAR, passed TEXT DEFAULT '[]' NOT NULL, offered_to VARCHAR, offered_by VARCHAR, offer_due_at BIGINT, overflowed_at BIGINT, stays BOOLEAN DEFAULT 0 NOT NULL, wrap_up_until BIGINT, handed_on_by VARCHAR, agent_reply_at BIGINT, waiting_since BIGINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "chats" VALUES('01a21e5e-6fba-718d-886b-3f550e4c35f8','media','closed','01a21e5e-6fab-7006-b27f-837057d81bc2','01a21e5e-69ac-73af-b758-0fedbfac11b2','Ana Größe','ana@elsewhere.example',0,'Spectra OX',NULL,NULL,NULL,NULL,NULL,'Python/3.11 websockets/17.4',1795802232270,1795802232270,1795802232270,NULL,1795802832270,NULL,NULL,NULL,9,9,9,'My zanzibar plan loses dates',0,0,1795802832270,'closed',1,NULL,NULL,NULL,0,NULL,'[]',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795802232270);
INSERT INTO "chats" VALUES('01a21e5e-72da-746e-accc-9cb75d74230b','media','active','01a21e5e-72d6-7140-95ab-3b6773382083','01a21e5e-69ac-73af-b758-0fedbfac11b2','Dora',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'Python/3.11 websockets/17.4',1795804032270,1795804032270,1795804032270,1795804032270,1795804032270,NULL,1795804932270,NULL,4,4,13,'Still here, with a capybara',0,0,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,'[]',NULL,NULL,NULL,NULL,0,NULL,NULL,1795804032270,1795804032270);
INSERT INTO "chats" VALUES('01a21e5e-72f7-744b-ae7f-9684de0d54ca','finance','queued','01a21e5e-72f3-73c9-84b6-40c3158cb0b4',NULL,'Emil',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'Python/3.11 websockets/17.4',1795804032270,1795804032270,NULL,NULL,1795804032270,1795804032270,NULL,1795804152270,2,2,15,'Nobody is there',0,0,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,'[]',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1795804032270);
CREATE TABLE claims (
	job VARCHAR NOT NULL, 
	holder VARCHAR NOT NULL, 
	until BIGINT NOT NULL, 
	PRIMARY KEY (job)
);
CREATE TABLE client_domains (
	domain VARCHAR NOT NULL, 
	client VARCHAR NOT NULL, 
	PRIMARY KEY (domain)
);
INSERT INTO "client_domains" VALUES('northlake.example','01a21e5e-69a0-7084-a5fe-01c02a336e20');
CREATE TABLE clients (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_key VARCHAR NOT NULL, 
	account_team VARCHAR, 
	vip BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name_key)
);
INSERT INTO "clients" VALUES('01a21e5e-69a0-7084-a5fe-01c02a336e20','Northlake','northlake',NULL,1,1795802232270);
CREATE TABLE events (
	id INTEGER NOT NULL, 
	previous BIGINT, 
	chat VARCHAR NOT NULL, 
	seq BIGINT NOT NULL, 
	public_prev BIGINT NOT NULL, 
	staff_only BOOLEAN NOT NULL, 
	at BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	person VARCHAR, 
	command VARCHAR, 
	answer TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "events" VALUES(1,NULL,'01a21e5e-6fba-718d-886b-3f550e4c35f8',1,0,0,1795802232270,'{"type":"chat.started","at":"2026-11-27T17:57:12.270Z","from":{"kind":"customer","id":"01a21e5e-6fab-7006-b27f-837057d81bc2","name":"Ana Größe","verified":false},"team":"media","product":"Spectra OX","subject":null,"name":"Ana Größe","email":"ana@elsewhere.example","verified":false,"fields":{},"page":null,"locale":null}',NULL,NULL,NULL);
INSERT INTO "events" VALUES(2,1,'01a21e5e-6fba-718d-886b-3f550e4c35f8',2,1,0,1795802232270,'{"type":"message","at":"2026-11-27T17:57:12.270Z","from":{"kind":"customer","id":"01a21e5e-6fab-7006-b27f-837057d81bc2","name":"Ana Größe","verified":false},"text":"My zanzibar plan loses dates","files":[]}','01a21e5e-6fab-7006-b27f-837057d81bc2','01a21e5e-6fae-7347-9cd4-20cb0daa664d','{"state":"queued","position":1,"wait_s":0}');
INSERT INTO "events" VALUES(3,2,'01a21e5e-6fba-718d-886b-3f550e4c35f8',3,2,0,1795802232270,'{"type":"chat.assigned","at":"2026-11-27T17:57:12.270Z","from":{"kind":"system","id":null,"name":null},"staff":{"id":"01a21e5e-69ac-73af-b758-0fedbfac11b2","name":"Maya"},"by":"dispatcher"}',NULL,NULL,NULL);
INSERT INTO "events" VALUES(4,3,'01a21e5e-6fba-718d-886b-3f550e4c35f8',4,3,0,1795802232270,'{"type":"message","at":"2026-11-27T17:57:12.270Z","from":{"kind":"customer","id":"01a21e5e-6fab-7006-b27f-837057d81bc2","name":"Ana Größe","verified":false},"text":"Here it is","files":[{"id":"01a21e5e-7137-768f-99dd-19f41552bcaf","name":"plan.csv","type":"text/csv","size":23,"url":"/api/files/01a21e5e-7137-768f-99dd-19f41552bcaf"}]}','01a21e5e-6fab-7006-b27f-837057d81bc2','01a21e5e-7155-7195-a7ff-f4e0c5449330',NULL);
INSERT INTO "events" VALUES(5,4,'01a21e5e-6fba-718d-886b-3f550e4c35f8',5,4,1,1795802232270,'{"type":"note","at":"2026-11-27T17:57:12.270Z","from":{"kind":"staff","id":"01a21e5e-69ac-73af-b758-0fedbfac11b2","name":"Maya"},"text":"Looks like the kumquat importer"}','01a21e5e-69ac-73af-b758-0fedbfac11b2','01a21e5e-717e-744a-b8ff-1e77ae273084',NULL);
INSERT INTO "events" VALUES(6,5,'01a21e5e-6fba-718d-886b-3f550e4c35f8',6,4,0,1795802232270,'{"type":"message","at":"2026-11-27T17:57:12.270Z","from":{"kind":"customer","id":"01a21e5e-6fab-7006-b27f-837057d81bc2","name":"Ana Größe","verified":false},"text":null,"files":[],"redacted":true}','01a21e5e-6fab-7006-b27f-837057d81bc2','01a21e5e-7184-72f6-85bd-402e2de54356',NULL);
INSERT INTO "events" VALUES(7,6,'01a21e5e-6fba-718d-886b-3f550e4c35f8',7,6,0,1795802232270,'{"type":"message.redacted","at":"2026-11-27T17:57:12.270Z","from":{"kind":"system","id":null,"name":null},"of":6}','01a21e5e-6a66-7398-8aa8-b87756a24361','01a21e5e-718d-765c-9264-60c0973fe97b',NULL);
INSERT INTO "events" VALUES(8,7,'01a21e5e-6fba-718d-886b-3f550e4c35f8',8,7,0,1795802832270,'{"type":"chat.closed","at":"2026-11-27T18:07:12.270Z","from":{"kind":"staff","id":"01a21e5e-69ac-73af-b758-0fedbfac11b2","name":"Maya"},"ticket":1,"status":"solved","resolution":"set_up","reason":"closed","by":{"kind":"staff","id":"01a21e5e-69ac-73af-b758-0fedbfac11b2","name":"Maya"}}','01a21e5e-69ac-73af-b758-0fedbfac11b2','01a21e5e-71a4-71d3-b63f-b991e7d59634','{"ticket":1}');
INSERT INTO "events" VALUES(9,8,'01a21e5e-6fba-718d-886b-3f550e4c35f8',9,8,0,1795802832270,'{"type":"chat.rated","at":"2026-11-27T18:07:12.270Z","from":{"kind":"customer","id":"01a21e5e-6fab-7006-b27f-837057d81bc2","name":"Ana Größe","verified":false},"score":5,"comment":null}','01a21e5e-6fab-7006-b27f-837057d81bc2','01a21e5e-7217-7050-be8e-42ea015b9ced',NULL);
INSERT INTO "events" VALUES(10,NULL,'01a21e5e-72da-746e-accc-9cb75d74230b',1,0,0,1795804032270,'{"type":"chat.started","at":"2026-11-27T18:27:12.270Z","from":{"kind":"customer","id":"01a21e5e-72d6-7140-95ab-3b6773382083","name":"Dora","verified":false},"team":"media","product":null,"subject":null,"name":"Dora","email":null,"verified":false,"fields":{},"page":null,"locale":null}',NULL,NULL,NULL);
INSERT INTO "events" VALUES(11,10,'01a21e5e-72da-746e-accc-9cb75d74230b',2,1,0,1795804032270,'{"type":"message","at":"2026-11-27T18:27:12.270Z","from":{"kind":"customer","id":"01a21e5e-72d6-7140-95ab-3b6773382083","name":"Dora","verified":false},"text":"Still here, with a capybara","files":[]}','01a21e5e-72d6-7140-95ab-3b6773382083','01a21e5e-72d8-7186-a324-dd6ff335a61a','{"state":"queued","position":1,"wait_s":0}');
INSERT INTO "events" VALUES(12,11,'01a21e5e-72da-746e-accc-9cb75d74230b',3,2,0,1795804032270,'{"type":"chat.assigned","at":"2026-11-27T18:27:12.270Z","from":{"kind":"system","id":null,"name":null},"staff":{"id":"01a21e5e-69ac-73af-b758-0fedbfac11b2","name":"Maya"},"by":"dispatcher"}',NULL,NULL,NULL);
INSERT INTO "events" VALUES(13,12,'01a21e5e-72da-746e-accc-9cb75d74230b',4,3,0,1795804032270,'{"type":"message","at":"2026-11-27T18:27:12.270Z","from":{"kind":"staff","id":"01a21e5e-69ac-73af-b758-0fedbfac11b2","name":"Maya"},"text":"One moment","files":[]}','01a21e5e-69ac-73af-b758-0fedbfac11b2','01a21e5e-72eb-76d0-a7a3-06858098eeff',NULL);
INSERT INTO "events" VALUES(14,NULL,'01a21e5e-72f7-744b-ae7f-9684de0d54ca',1,0,0,1795804032270,'{"type":"chat.started","at":"2026-11-27T18:27:12.270Z","from":{"kind":"customer","id":"01a21e5e-72f3-73c9-84b6-40c3158cb0b4","name":"Emil","verified":false},"team":"finance","product":null,"subject":null,"name":"Emil","email":null,"verified":false,"fields":{},"page":null,"locale":null}',NULL,NULL,NULL);
INSERT INTO "events" VALUES(15,14,'01a21e5e-72f7-744b-ae7f-9684de0d54ca',2,1,0,1795804032270,'{"type":"message","at":"2026-11-27T18:27:12.270Z","from":{"kind":"customer","id":"01a21e5e-72f3-73c9-84b6-40c3158cb0b4","name":"Emil","verified":false},"text":"Nobody is there","files":[]}','01a21e5e-72f3-73c9-84b6-40c3158cb0b4','01a21e5e-72f5-7369-a45e-6cbd5b0893cc','{"state":"queued","position":1,"wait_s":null}');
CREATE TABLE files (
	id VARCHAR NOT NULL, 
	uploader VARCHAR NOT NULL, 
	network VARCHAR, 
	name VARCHAR NOT NULL, 
	type VARCHAR NOT NULL, 
	size BIGINT NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	holder VARCHAR, 
	staff_only BOOLEAN NOT NULL, 
	used_at BIGINT, 
	removed_at BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "files" VALUES('01a21e5e-7137-768f-99dd-19f41552bcaf','01a21e5e-6fab-7006-b27f-837057d81bc2','127.0.0.1','plan.csv','text/csv',23,'05f9aab15d9671d0ae95d3d6b9e37da8e690ee2ee51cbefc896aeade6fd82e47',1795802232270,'chat:01a21e5e-6fba-718d-886b-3f550e4c35f8',0,1795802232270,NULL);
CREATE TABLE handovers (
	id INTEGER NOT NULL, 
	ticket BIGINT NOT NULL, 
	solving INTEGER NOT NULL, 
	client VARCHAR, 
	address VARCHAR, 
	created_at BIGINT NOT NULL, 
	sent_at BIGINT, 
	acknowledged_at BIGINT, 
	external_ref VARCHAR, 
	PRIMARY KEY (id), 
	CONSTRAINT one_handover_a_solving UNIQUE (ticket, solving)
);
CREATE TABLE memberships (
	user VARCHAR NOT NULL, 
	team VARCHAR NOT NULL, 
	PRIMARY KEY (user, team)
);
INSERT INTO "memberships" VALUES('01a21e5e-69ac-73af-b758-0fedbfac11b2','media');
INSERT INTO "memberships" VALUES('01a21e5e-6a66-7398-8aa8-b87756a24361','finance');
INSERT INTO "memberships" VALUES('01a21e5e-6a66-7398-8aa8-b87756a24361','media');
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('epoch','9df976cbcbef5e3b18f6a99aa4f11ebf');
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR NOT NULL, 
	payload TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	due_at BIGINT NOT NULL, 
	claimed_by VARCHAR, 
	claimed_until BIGINT, 
	last_error TEXT
);
CREATE TABLE requests (
	person VARCHAR NOT NULL, 
	path VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	ticket BIGINT NOT NULL, 
	status INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (person, path, "key")
);
CREATE TABLE sessions (
	id VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	user_agent VARCHAR, 
	revoked_at BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "sessions" VALUES('f6226c8cac205cf516ec8df9aafa36b28e98390f911968d610e3e65fa1db3972','01a21e5e-69ac-73af-b758-0fedbfac11b2',1795802232270,1795802232270,1797011832270,'python-httpx2/2.16.2',NULL);
CREATE TABLE ticket_changes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	ticket BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	by_kind VARCHAR NOT NULL, 
	by_id VARCHAR, 
	by_name VARCHAR, 
	field VARCHAR NOT NULL, 
	was TEXT, 
	became TEXT
);
INSERT INTO "ticket_changes" VALUES(1,1,1795802832270,'staff','01a21e5e-69ac-73af-b758-0fedbfac11b2','Maya','status',NULL,'"solved"');
INSERT INTO "ticket_changes" VALUES(2,1,1795802832270,'staff','01a21e5e-69ac-73af-b758-0fedbfac11b2','Maya','resolution',NULL,'"set_up"');
INSERT INTO "ticket_changes" VALUES(3,1,1795802832270,'staff','01a21e5e-69ac-73af-b758-0fedbfac11b2','Maya','assignee',NULL,'"01a21e5e-69ac-73af-b758-0fedbfac11b2"');
INSERT INTO "ticket_changes" VALUES(4,2,1795803432270,'customer','01a21e5e-7231-7780-be3b-59d48b810596','Ben','status',NULL,'"open"');
INSERT INTO "ticket_changes" VALUES(5,2,1795803432270,'customer','01a21e5e-7231-7780-be3b-59d48b810596','Ben','client',NULL,'"01a21e5e-69a0-7084-a5fe-01c02a336e20"');
INSERT INTO "ticket_changes" VALUES(6,3,1795803432270,'staff','01a21e5e-69ac-73af-b758-0fedbfac11b2','Maya','status',NULL,'"awaiting_reply"');
INSERT INTO "ticket_changes" VALUES(7,3,1795803432270,'staff','01a21e5e-69ac-73af-b758-0fedbfac11b2','Maya','participants',NULL,'["ben@northlake.example"]');
CREATE TABLE ticket_events (
	ticket BIGINT NOT NULL, 
	seq BIGINT NOT NULL, 
	public_prev BIGINT NOT NULL, 
	staff_only BOOLEAN NOT NULL, 
	at BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (ticket, seq)
);
INSERT INTO "ticket_events" VALUES(2,1,0,0,1795803432270,'{"type":"reply","at":"2026-11-27T18:17:12.270Z","from":{"kind":"customer","id":"01a21e5e-7231-7780-be3b-59d48b810596","name":"Ben","verified":true},"text":"The invoice of October is quokka","files":[]}');
INSERT INTO "ticket_events" VALUES(2,2,1,0,1795803432270,'{"type":"reply","at":"2026-11-27T18:17:12.270Z","from":{"kind":"staff","id":"01a21e5e-6a66-7398-8aa8-b87756a24361","name":"Sofia"},"text":"We look at it","files":[]}');
INSERT INTO "ticket_events" VALUES(3,1,0,0,1795803432270,'{"type":"reply","at":"2026-11-27T18:17:12.270Z","from":{"kind":"staff","id":"01a21e5e-69ac-73af-b758-0fedbfac11b2","name":"Maya"},"text":"Told us on the phone about axolotl","files":[]}');
CREATE TABLE ticket_participants (
	ticket BIGINT NOT NULL, 
	email VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	name VARCHAR, 
	account VARCHAR, 
	PRIMARY KEY (ticket, email)
);
INSERT INTO "ticket_participants" VALUES(3,'ben@northlake.example',0,NULL,'01a21e5e-7231-7780-be3b-59d48b810596');
CREATE TABLE ticket_texts (
	ticket INTEGER NOT NULL, 
	public TEXT NOT NULL, 
	internal TEXT NOT NULL, 
	PRIMARY KEY (ticket)
);
INSERT INTO "ticket_texts" VALUES(1,'my zanzibar plan loses dates ana grosse ana elsewhere example my zanzibar plan loses dates here it is','looks like the kumquat importer');
INSERT INTO "ticket_texts" VALUES(2,'the invoice of october is quokka ben ben northlake example the invoice of october is quokka we look at it','');
INSERT INTO "ticket_texts" VALUES(3,'told us on the phone about axolotl cy cy northlake example told us on the phone about axolotl','ben northlake example');
CREATE TABLE "tickets" (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	status VARCHAR NOT NULL, 
	with TEXT, 
	external_ref VARCHAR, 
	workaround TEXT, 
	finding TEXT, 
	resolution VARCHAR, 
	team VARCHAR NOT NULL, 
	product VARCHAR, 
	subject VARCHAR, 
	client VARCHAR, 
	requester VARCHAR, 
	requester_name VARCHAR, 
	requester_email VARCHAR, 
	requester_verified BOOLEAN NOT NULL, 
	assignee VARCHAR, 
	channel VARCHAR NOT NULL, 
	chat VARCHAR, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	waiting_since BIGINT, 
	solved_at BIGINT, 
	closed_at BIGINT, 
	reopen_until BIGINT, 
	duplicate_of BIGINT, 
	follow_up_of BIGINT, 
	version INTEGER NOT NULL, 
	awaiting_since BIGINT, 
	solvings INTEGER NOT NULL, 
	flags VARCHAR NOT NULL, 
	rating INTEGER, 
	rating_comment TEXT, 
	last_seq INTEGER NOT NULL, 
	last_public_seq INTEGER NOT NULL, 
	UNIQUE (chat)
);
INSERT INTO "tickets" VALUES(1,'solved',NULL,NULL,NULL,NULL,'set_up','media','Spectra OX','My zanzibar plan loses dates',NULL,'01a21e5e-6fab-7006-b27f-837057d81bc2','Ana Größe','ana@elsewhere.example',0,'01a21e5e-69ac-73af-b758-0fedbfac11b2','chat','01a21e5e-6fba-718d-886b-3f550e4c35f8',1795802832270,1795802832270,NULL,1795802832270,NULL,1798261199999,NULL,NULL,2,NULL,1,'',5,NULL,0,0);
INSERT INTO "tickets" VALUES(2,'open','support',NULL,NULL,NULL,NULL,'finance',NULL,'The invoice of October is quokka','01a21e5e-69a0-7084-a5fe-01c02a336e20','01a21e5e-7231-7780-be3b-59d48b810596','Ben','ben@northlake.example',1,NULL,'form',NULL,1795803432270,1795803432270,1795803432270,NULL,NULL,NULL,NULL,NULL,1,NULL,0,'',NULL,NULL,2,2);
INSERT INTO "tickets" VALUES(3,'awaiting_reply',NULL,NULL,NULL,NULL,NULL,'media',NULL,'Told us on the phone about axolotl',NULL,NULL,'Cy','cy@northlake.example',0,NULL,'staff',NULL,1795803432270,1795803432270,NULL,NULL,NULL,NULL,NULL,NULL,1,1795803432270,0,'',NULL,NULL,1,1);
CREATE TABLE tokens (
	hash VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	label VARCHAR NOT NULL, 
	scopes VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	last_used_at BIGINT, 
	revoked_at BIGINT, 
	PRIMARY KEY (hash)
);
INSERT INTO "tokens" VALUES('97d167f318ca7c87ce7e75174bc3fdc8611df7f0c3c162b8d6b74ae8d678ebfd','01a21e5e-69ac-73af-b758-0fedbfac11b2','sb_xDuzU3','read,write,export',1795805833644,1798397833644,1795802232270,NULL);
INSERT INTO "tokens" VALUES('372869df9b415e9218fad6c91f62178b50a96b782ef3aff8b00c17f8398da122','01a21e5e-6a66-7398-8aa8-b87756a24361','sb_s-JEU8','read,write,export',1795805833830,1798397833830,1795802232270,NULL);
CREATE TABLE users (
	id VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	password_hash VARCHAR, 
	created_at BIGINT NOT NULL, 
	disabled_at BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (email)
);
INSERT INTO "users" VALUES('01a21e5e-69ac-73af-b758-0fedbfac11b2','maya@desk.example','Maya','agent','$argon2id$v=19$m=65536,t=3,p=4$EhbtdjvQPbKBmh10AIvBQg$O9h1FdnIgZf0JVmYA0LmDrqo9lmWFZmGglwFC6Z9Sqo',1795805833644,NULL);
INSERT INTO "users" VALUES('01a21e5e-6a66-7398-8aa8-b87756a24361','sofia@desk.example','Sofia','supervisor',NULL,1795805833830,NULL);
CREATE TABLE "visitors" (
	id VARCHAR NOT NULL, 
	name VARCHAR, 
	email VARCHAR, 
	created_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	account VARCHAR, 
	PRIMARY KEY (id)
);
INSERT INTO "visitors" VALUES('01a21e5e-6fab-7006-b27f-837057d81bc2','Ana Größe','ana@elsewhere.example',1795802232270,1795802232270,NULL);
INSERT INTO "visitors" VALUES('01a21e5e-7235-7092-89cf-3908bdf1d45b','Ben','ben@northlake.example',1795803432270,1795803432270,'01a21e5e-7231-7780-be3b-59d48b810596');
INSERT INTO "visitors" VALUES('01a21e5e-72d6-7140-95ab-3b6773382083','Dora',NULL,1795804032270,1795804032270,NULL);
INSERT INTO "visitors" VALUES('01a21e5e-72f3-73c9-84b6-40c3158cb0b4','Emil',NULL,1795804032270,1795804032270,NULL);
CREATE INDEX chats_held ON chats (agent) WHERE state <> 'closed';
CREATE INDEX chats_of_a_ticket ON chats (ticket);
CREATE INDEX open_chats ON chats (team, state) WHERE state <> 'closed';
CREATE UNIQUE INDEX a_command_once ON events (command, person);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX sessions_of_a_user ON sessions (user);
CREATE INDEX changes_of_a_ticket ON ticket_changes (ticket, id);
CREATE INDEX tokens_of_a_user ON tokens (user);
CREATE INDEX accounts_by_email ON accounts (email);
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_of_a_thing ON audit (thing, thing_id, id);
CREATE INDEX domains_of_a_client ON client_domains (client);
CREATE INDEX visitors_of_an_account ON visitors (account);
CREATE INDEX tickets_by_change ON tickets (updated_at, number, team, status, product, channel, resolution, assignee, created_at);
CREATE INDEX tickets_by_creation ON tickets (created_at, number, team, status, product, channel, resolution, assignee, updated_at);
CREATE INDEX tickets_by_number ON tickets (number, team, status, product, channel, resolution, assignee, created_at, updated_at);
CREATE INDEX tickets_of_a_requester ON tickets (requester, updated_at);
CREATE INDEX tickets_of_a_client ON tickets (client, updated_at);
CREATE INDEX tickets_for_an_address ON tickets (requester_email) WHERE requester IS NULL;
CREATE INDEX duplicates_of_a_ticket ON tickets (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX follow_ups_of_a_ticket ON tickets (follow_up_of) WHERE follow_up_of IS NOT NULL;
CREATE INDEX tickets_an_address_takes_part_in ON ticket_participants (email);
CREATE INDEX tickets_an_account_takes_part_in ON ticket_participants (account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX one_open_chat_a_customer ON chats (customer) WHERE state <> 'closed';
CREATE INDEX files_from_a_network ON files (network, created_at);
CREATE INDEX files_not_used ON files (created_at) WHERE holder IS NULL;
CREATE INDEX files_of_an_uploader ON files (uploader, created_at);
CREATE INDEX tickets_of_an_assignee ON tickets (assignee, updated_at) WHERE assignee IS NOT NULL;
CREATE INDEX tickets_to_work_on ON tickets (updated_at, number, team, status, product, channel, resolution, assignee, created_at) WHERE status <> 'solved';
CREATE INDEX tickets_flagged ON tickets (updated_at, number, team, status, product, channel, resolution, assignee, created_at, flags) WHERE flags <> '';
CREATE INDEX chats_answered ON chats (customer, closed_at) WHERE state = 'closed' AND agent IS NOT NULL;
CREATE INDEX chats_offered ON chats (offered_to) WHERE offered_to IS NOT NULL;
CREATE INDEX states_of_an_agent ON agent_states (staff, at);
CREATE INDEX chats_wrapped_up ON chats (agent) WHERE wrap_up_until IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('tickets',3);
INSERT INTO "sqlite_sequence" VALUES('ticket_changes',7);
COMMIT;
CREATE VIRTUAL TABLE ticket_index USING fts5 (public, internal, content='ticket_texts', content_rowid='ticket', prefix='2 3');
INSERT INTO ticket_index (ticket_index) VALUES ('rebuild');
