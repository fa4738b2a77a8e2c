"""Question sets of the practice, and what one guest is asked: changed, ordered and taken away by plain forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.models import Member
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.interviews.forms.pipeline import NameForm, QuestionForm, SetForm
from passalong.interviews.models import Asked, Interview, Question, QuestionSet
from passalong.interviews.selectors import questions as selectors
from passalong.interviews.services import questions
from passalong.interviews.services.questions import BEFORE
from passalong.interviews.views.one import own

Whole = QuestionSet | Interview
Row = Question | Asked


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def sets(request: MemberRequest) -> HttpResponse:
    """The practice's sets; "ready" copies those that ship, "add" makes an empty one."""
    form = SetForm(request.POST if request.POST.get("act") == "add" else None)
    if request.method == "POST" and request.POST.get("act") == "ready":
        questions.set_up(request.member.practice)
        return redirect("interviews:questions")
    if request.method == "POST" and form.is_valid():
        try:
            made = questions.add_set(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("interviews:question_set", made.public_id)
    context = {"sets": list(selectors.sets(request.member.practice)), "form": form}
    return render(request, "interviews/questions.html", context, status=422 if form.errors else 200)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def one_set(request: MemberRequest, public_id: str) -> HttpResponse:
    """One set with its questions."""
    found = or_404(selectors.one_set, request.member.practice, public_id)
    name = NameForm(request.POST if request.POST.get("act") == "name" else None, initial={"name": found.name})
    if request.method == "POST":
        if request.POST.get("act") == "remove_set":
            return _removed(request, found)
        if request.POST.get("act") == "name" and name.is_valid():
            questions.rename(by=request.member, of=found, name=name.cleaned_data["name"])
            return redirect("interviews:question_set", public_id)
        form = _changed(request, found)
        if form is None:
            return redirect(request.get_full_path())
        return _shown(request, found, form, name=name)
    return _shown(request, found, QuestionForm(), name=name)


def _removed(request: MemberRequest, found: QuestionSet) -> HttpResponse:
    try:
        questions.remove_set(by=request.member, of=found)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("interviews:question_set", found.public_id)
    messages.success(request, _("Taken away. Interviews keep what they were given."))
    return redirect("interviews:questions")


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_interview(request: MemberRequest, public_id: str) -> HttpResponse:
    """What this guest is asked; "give" puts a set in place of it."""
    found = own(request, public_id)
    if request.method == "POST":
        if request.POST.get("act") == "give":
            return _given(request, found)
        form = _changed(request, found)
        if form is None:
            return redirect("interviews:asked", public_id)
        return _shown(request, found, form)
    return _shown(request, found, QuestionForm())


def _given(request: MemberRequest, found: Interview) -> HttpResponse:
    try:
        chosen = selectors.one_set(request.member.practice, request.POST.get("set", ""))
        questions.give(by=request.member, interview=found, chosen=chosen)
    except QuestionSet.DoesNotExist:
        messages.error(request, _("Please choose a set."))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("These are the questions now."))
    return redirect("interviews:asked", found.public_id)


def _changed(request: MemberRequest, whole: Whole) -> QuestionForm | None:
    """Do what was pressed beside a question, or add one; the form where it was refused, bound to its question."""
    by, act = request.member, request.POST.get("act", "")
    form = QuestionForm(request.POST if act in ("add", "save") else None)
    try:
        if act == "add":
            if form.is_valid():
                questions.add(by=by, to=whole, **form.cleaned_data)
                return None
            return form
        question = selectors.question_of(whole, request.POST.get("question", ""))
        if act == "save" and not form.is_valid():
            return form
        _act(by, question, act, form)
    except ObjectDoesNotExist:
        raise Http404 from None
    except Refused as refused:
        if form.is_bound:
            show_refusal(form, refused)
            return form
        messages.error(request, refused.message)
    return None


def _act(by: Member, question: Row, act: str, form: QuestionForm) -> None:
    acts: dict[str, Callable[[], None]] = {
        "save": lambda: questions.change(by=by, question=question, **form.cleaned_data),
        "up": lambda: questions.shift(by=by, question=question, up=True),
        "down": lambda: questions.shift(by=by, question=question, up=False),
        "remove": lambda: questions.remove(by=by, question=question),
    }
    if act not in acts:
        raise Refused(_("Please choose again. Nothing was changed."))
    acts[act]()


def _shown(request: MemberRequest, whole: Whole, form: QuestionForm, **more: Any) -> HttpResponse:
    context: dict[str, Any] = {"questions": list(whole.questions.all()), "form": form, **more}
    if form.is_bound and request.POST.get("act") == "save":
        context |= {"wrong": request.POST.get("question", ""), "wrong_form": form, "form": QuestionForm()}
    if isinstance(whole, Interview):
        editable = whole.stage in BEFORE
        context |= {"interview": whole, "editable": editable}
        context["sets"] = list(selectors.sets(request.member.practice)) if editable else []
        return render(request, "interviews/questions_asked.html", context, status=422 if form.errors else 200)
    context |= {"set": whole, "editable": True}
    return render(request, "interviews/questions_set.html", context, status=422 if form.errors else 200)
