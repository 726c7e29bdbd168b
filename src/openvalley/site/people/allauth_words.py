"""Texts of allauth that the site says in its own way: to a grown-up, as everywhere else (u, vous, Sie).

They stand here so that the catalogues of the pages translate them; these go before allauth's own. Nothing else uses
them: allauth asks for the same texts.
"""

from django.utils.translation import gettext_lazy as _

WORDS = (
    _("You cannot remove your primary email address."),
    _("The email address and/or password you specified are not correct."),
    _("Please type your current password."),
    _("You cannot add more than %d email addresses."),
    _("Your primary email address must be verified."),
    _("Be patient, you are sending too many requests."),
    _("Use your password"), _("Verified"),
    _("You must type the same password each time."),
    _("You cannot add an email address to an account protected by two-factor authentication."),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("Please reauthenticate to safeguard your account."),
    _("The following email addresses are associated with your account:"),
    _("Do you really want to remove the selected email address?"),
    _("You are receiving this email because you or someone else tried to signup for an\naccount using email "
      "address:\n\n%(email)s\n\nHowever, an account using that email address already exists.  In case you have"
      "\nforgotten about this, please use the password forgotten procedure to recover\nyour account:\n\n"
      "%(password_reset_url)s"),
    _("Thank you for using %(site_name)s!\n%(site_domain)s"),
    _("You are receiving this mail because the following change was made to your account:"),
    _("If you do not recognize this change then please take proper security precautions immediately. The "
      "change to your account originates from:\n\n- IP address: %(ip)s\n- Browser: %(user_agent)s\n- Date: "
      "%(timestamp)s"),
    _("Your email has been changed from %(from_email)s to %(to_email)s."),
    _("Your email has been confirmed."),
    _("You're receiving this email because user %(user_display)s has given your email address to register an "
      "account on %(site_domain)s."),
    _("Please Confirm Your Email Address"),
    _("Email address %(deleted_email)s has been removed from your account."),
    _("This mail can be safely ignored if you did not initiate this action."),
    _("Your password has been changed."),
    _("You're receiving this email because you or someone else has requested a password reset for your user "
      "account.\nIt can be safely ignored if you did not request a password reset. Click the link below to "
      "reset your password."),
    _("Your password has been reset."),
    _("Your password has been set."),
    _("You are receiving this email because you, or someone else, tried to access an account with email "
      "%(email)s. However, we do not have any record of such an account in our database."),
    _("If it was you, you can sign up for an account using the link below."),
    _("Your email address is still pending verification."),
    _("If you have not created an account yet, then please %(link)ssign up%(end_link)s first."),
    _("Are you sure you want to sign out?"),
    _("You cannot remove your primary email address (%(email)s)."),
    _("You have confirmed %(email)s."),
    _("Successfully signed in as %(name)s."),
    _("You have signed out."),
    _("Password successfully set."),
    _("Forgotten your password? Enter your email address below, and we'll send you an email allowing you to "
      "reset it."),
    _("Please contact us if you have any trouble resetting your password."),
    _("We have sent you an email. If you have not received it please check your spam folder. Otherwise contact "
      "us if you do not receive it in a few minutes."),
    _("The password reset link was invalid, possibly because it has already been used.  Please request a <a "
      'href="%(passwd_reset_url)s">new password reset</a>.'),
    _('This email confirmation link expired or is invalid. Please <a href="%(email_url)s">issue a new email '
      "confirmation request</a>."),
    _("Your password is now changed."),
    _("Enter your password:"),
    _("Already have an account? Then please %(link)ssign in%(end_link)s."),
    _("We are sorry, but the sign up is currently closed."),
    _("You are already logged in as %(user_display)s."),
    _("You currently do not have any email address set up. You should really add an email address so you can "
      "receive notifications, reset your password, etc."),
    _("Verify Your Email Address"),
    _("We have sent an email to you for verification. Follow the link provided to finalize the signup process. "
      "If you do not see the verification email in your main inbox, check your spam folder. Please contact us "
      "if you do not receive the verification email within a few minutes."),
    _("Your account is protected by two-factor authentication. Please enter an authenticator code:"),
    _("You are about to generate a new set of recovery codes for your account."),
    _("Are you sure?"),
    _("To protect your account with two-factor authentication, scan the QR code below with your authenticator "
      "app. Then, input the verification code generated by the app below."),
    _("You can store this secret and use it to reinstall your authenticator app at a later time."),
    _("You are about to deactivate authenticator app based authentication. Are you sure?"),
)
