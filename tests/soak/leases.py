"""What the database itself notes of leases on deliveries, whatever the processes of a shop believe."""

from tests.soak.promises import Wrong, wrongs
from tests.soak.stores import Read

WATCH = (
    "CREATE SCHEMA soak",
    "CREATE TABLE soak.taken_over (message_id int, identity text, early boolean)",
    """
    CREATE FUNCTION soak.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO soak.taken_over VALUES (NEW.id, NEW.identity, OLD.leased_until > clock_timestamp());
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER note AFTER UPDATE ON outbox_message FOR EACH ROW
    WHEN (OLD.status = 'sending' AND NEW.status = 'sending' AND OLD.lease_token <> NEW.lease_token)
    EXECUTE FUNCTION soak.note()
    """,
)
TAKEN_OVER = "SELECT count(*) FROM soak.taken_over"
EARLY = "SELECT identity FROM soak.taken_over WHERE early"
DONE_TWICE = "SELECT message_id FROM delivery_attempt WHERE succeeded GROUP BY message_id HAVING count(*) > 1"


def watch(read: Read) -> None:
    """Let a PostgreSQL database note from now on who takes a delivery over from whom."""
    for statement in WATCH:
        read(statement)


def taken_over(read: Read) -> int:
    """How many deliveries were taken over by another claim."""
    return int(read(TAKEN_OVER)[0][0])


def broken(read: Read) -> list[Wrong]:
    """Leases that two held at a time, and deliveries that two have done."""
    return wrongs(
        {
            "leases taken while another held them": (str(identity) for (identity,) in read(EARLY)),
            "deliveries done twice": (f"message {id_}" for (id_,) in read(DONE_TWICE)),
        }
    )
