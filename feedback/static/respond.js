// Respondents' pages work without this. It adds a quicker way out, a voice where
// the device has its own, and a guard against pressing Send twice.
(function () {
  "use strict";

  var page = document.documentElement;
  page.classList.add("js-enabled");

  // ---- Leave: replaces this page in the history, and blanks it at once ----
  var link = document.querySelector("[data-leave]");
  function leave() {
    page.classList.add("has-left");
    if (window.speechSynthesis) {
      window.speechSynthesis.cancel();
    }
    window.location.replace(link.href);
  }
  if (link) {
    link.title = link.getAttribute("data-leave-keys") || "";
    link.addEventListener("click", function (event) {
      event.preventDefault();
      leave();
    });

    var presses = 0;
    var last = 0;
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Shift") {
        presses = 0;
        return;
      }
      if (event.repeat) {
        return;
      }
      presses = event.timeStamp - last < 3000 ? presses + 1 : 1;
      last = event.timeStamp;
      if (presses === 3) {
        leave();
      }
    });
    window.addEventListener("pageshow", function (event) {
      if (event.persisted && page.classList.contains("has-left")) {
        leave();
      }
    });
  }

  // ---- A form that failed: start at what is wrong ----
  // (autofocus does it in newer browsers; older ones are helped a moment later.)
  window.addEventListener("load", function () {
    window.setTimeout(function () {
      var summary = document.querySelector("[data-error-summary]");
      if (summary && document.activeElement === document.body) {
        summary.focus();
      }
    }, 300);
  });

  // ---- One press, one submission ----
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var now = Date.now();
    if (now - Number(form.getAttribute("data-sent") || 0) < 1500) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", String(now));
  });

  // ---- Read aloud: only voices that live on this device, so no word travels ----
  var buttons = document.querySelectorAll("[data-read-aloud]");
  var speech = window.speechSynthesis;
  if (!buttons.length || !speech || !window.SpeechSynthesisUtterance) {
    return;
  }

  function language(element) {
    return element.closest("[lang]").getAttribute("lang").split("-")[0].toLowerCase();
  }
  function voiceFor(element) {
    var wanted = language(element);
    return speech.getVoices().filter(function (voice) {
      return voice.localService && voice.lang.split(/[-_]/)[0].toLowerCase() === wanted;
    })[0];
  }
  function words(group) {
    var parts = group.querySelectorAll(".govuk-fieldset__heading, .govuk-fieldset__legend, .govuk-label, .govuk-hint");
    return Array.prototype.filter.call(parts, function (part) {
      return !part.querySelector(".govuk-fieldset__heading");
    }).map(function (part) {
      return part.textContent.trim();
    }).join(". ");
  }
  function offer() {
    buttons.forEach(function (button) {
      button.hidden = !voiceFor(button);
    });
  }

  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      if (speech.speaking) {
        speech.cancel();
        return;
      }
      var voice = voiceFor(button);
      if (!voice) {
        return;
      }
      var utterance = new SpeechSynthesisUtterance(words(button.closest("[data-speak]")));
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = 0.9;
      speech.speak(utterance);
    });
  });
  window.addEventListener("pagehide", function () {
    speech.cancel();
  });
  speech.addEventListener("voiceschanged", offer);
  offer();
})();
