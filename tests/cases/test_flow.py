"""The main flow through the services, from a filed report to a reporter who says whether it helped."""

from cases import services
from cases.codes import Helped, Status
from cases.models import Event, Outbox


def test_a_report_becomes_a_case_with_the_associations_next_number(case):
    assert case.number == f"LH-PRO-{case.filed_at.year}-0001"
    assert case.status == Status.RECEIVED


def test_the_flow_leads_from_filing_to_feedback(case, flow, rakel):
    closed = flow.to_closed(case)
    services.feedback(closed, actor=rakel, helped=Helped.YES)
    verbs = list(Event.objects.filter(case=case).values_list("verb", flat=True))
    assert verbs == ["file", "classify", "send", "answer", "close", "feedback"]
    assert flow.again(case).helped == Helped.YES


def test_every_event_waits_in_the_outbox(case, flow):
    flow.to_closed(case)
    assert Outbox.objects.count() == Event.objects.count()
